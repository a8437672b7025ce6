import type { AccountChange } from '@tessera/protocol/account';
import { OAuthError } from '@tessera/vocabulary';
import type { FormParameters } from '../http/index.js';
import { valueOf } from '../interaction/interaction-form.js';
import type { SecretSeal } from '../sealing/secret-seal.js';

/**
 * The change a form of the account page asks for, its passwords sealed (decision 8). A password that was left empty is sealed too:
 * its owner says that it is wrong or too short.
 *
 * @throws {OAuthError} for a form that is none of ours; {Outage} when there is no key to seal to.
 */
export function accountChange(fields: FormParameters, secrets: SecretSeal, requestId: string): AccountChange {
  switch (required(fields, 'change')) {
    case 'end-session':
      return { change: 'end-session', session: required(fields, 'session') };
    case 'end-other-sessions':
      return { change: 'end-other-sessions' };
    case 'end-access':
      return { change: 'end-access', clientId: required(fields, 'client_id') };
    case 'change-password':
      return {
        change: 'change-password',
        sealedCurrent: secrets.seal(valueOf(fields, 'current_password') ?? '', 'current-password', requestId),
        sealedNew: secrets.seal(valueOf(fields, 'new_password') ?? '', 'new-password', requestId),
        endOffline: valueOf(fields, 'end_offline') === 'yes',
      };
    case 'set-user-code':
      return { change: 'set-user-code', sealedUserCode: secrets.seal(valueOf(fields, 'user_code') ?? '', 'new-user-code', requestId) };
    case 'remove-user-code':
      return { change: 'remove-user-code' };
    default:
      throw new OAuthError('request.malformed_parameter', { parameter: 'change' });
  }
}

function required(fields: FormParameters, name: string): string {
  const value = valueOf(fields, name);
  if (value === undefined) throw new OAuthError('request.missing_parameter', { parameter: name });
  return value;
}
