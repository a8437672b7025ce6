import type { ApprovalAnswer, ApprovalChange } from '@tessera/protocol/backchannel-authentication';
import { Handle, OAuthError } from '@tessera/vocabulary';
import type { FormParameters } from '../http/index.js';
import { valueOf } from '../interaction/interaction-form.js';

const NUMBER = /^[1-9]\d$/;

/** What a form of the inbox asks for. @throws {OAuthError} for a form that is none of ours. */
export function approvalChange(fields: FormParameters): ApprovalChange {
  if (required(fields, 'change') === 'listen') return { change: 'listen', clientId: required(fields, 'client_id') };
  const approval = required(fields, 'approval');
  if (!Handle.safeParse(approval).success) throw new OAuthError('request.malformed_parameter', { parameter: 'approval' });
  return { change: 'answer', approval, answer: answerOf(fields) };
}

/** A number is a button of its own, so that picking it is the whole answer. */
function answerOf(fields: FormParameters): ApprovalAnswer {
  const number = valueOf(fields, 'number');
  if (number !== undefined) {
    if (!NUMBER.test(number)) throw new OAuthError('request.malformed_parameter', { parameter: 'number' });
    return { answer: 'pick', number: Number(number) };
  }
  const answer = required(fields, 'answer');
  if (answer === 'approve' || answer === 'deny' || answer === 'silence') return { answer };
  throw new OAuthError('request.malformed_parameter', { parameter: 'answer' });
}

function required(fields: FormParameters, name: string): string {
  const value = valueOf(fields, name);
  if (value === undefined) throw new OAuthError('request.missing_parameter', { parameter: name });
  return value;
}
