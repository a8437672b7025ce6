import { ShowApprovals } from '@tessera/contracts';
import type { ApprovalAnswer, ApprovalChange } from '@tessera/protocol/backchannel-authentication';
import { Handle, OAuthError } from '@tessera/vocabulary';
import type { FormParameters } from '../http/index.js';
import { valueOf } from '../interaction/interaction-form.js';

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const NUMBER = /^[1-9]\d$/;

/** What a form of the inbox asks for. @throws {OAuthError} for a form that is none of ours. */
export function approvalChange(fields: FormParameters): ApprovalChange {
  const change = required(fields, 'change');
  if (change === 'enrol') return enrolment(fields);
  if (change === 'withdraw') return { change, browser: browserOf(required(fields, 'browser')) };
  if (change === 'listen') return { change: 'listen', clientId: required(fields, 'client_id') };
  const approval = required(fields, 'approval');
  if (!Handle.safeParse(approval).success) throw new OAuthError('request.malformed_parameter', { parameter: 'approval' });
  return { change: 'answer', approval, answer: answerOf(fields) };
}

/** What the browser said. A script of the page put it into the form, so what is wrong with it is no person's mistake. */
function enrolment(fields: FormParameters): ApprovalChange {
  const subscription = { endpoint: required(fields, 'endpoint'), p256dh: required(fields, 'p256dh'), auth: required(fields, 'auth') };
  const change = ShowApprovals.request.shape.change.safeParse({ change: 'enrol', subscription });
  if (!change.success || change.data === null) throw new OAuthError('request.malformed_parameter', { parameter: 'endpoint' });
  return change.data;
}

function browserOf(id: string): string {
  if (!UUID.test(id)) throw new OAuthError('request.malformed_parameter', { parameter: 'browser' });
  return id;
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
