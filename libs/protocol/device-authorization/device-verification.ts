import type { AccountId, Authority } from '@tessera/vocabulary';
import { narrowedTo } from '../grant/index.js';
import type { SignedIn } from '../session/index.js';
import type { DeviceRequestView } from './device-authorization.js';

/** What a person has done since they entered the user code. */
export interface DeviceVerificationSteps {
  /** Who proved who they are. */
  readonly password?: { readonly accountId: AccountId };
  /** Whether to go on as who was signed in, or as somebody else. */
  readonly 'select-account'?: { readonly accountId: AccountId; readonly choice: 'current' | 'other' };
  /** Who decided, and which scopes stayed ticked. */
  readonly consent?: { readonly accountId: AccountId; readonly decision: 'allow' | 'deny'; readonly scope: readonly string[] };
}

/** Everything the next page is decided by. */
export interface DeviceVerificationFacts {
  readonly device: Pick<DeviceRequestView, 'request'>;
  /** Who is signed in in this browser; null when nobody is. */
  readonly signedIn: SignedIn | null;
  readonly done: DeviceVerificationSteps;
}

/** What is next. `decide` is what the person decided, to be made a fact. */
export type DeviceVerificationDecision =
  | { readonly next: 'step'; readonly step: 'password' | 'device-consent' }
  | { readonly next: 'decide'; readonly decision: 'approve'; readonly signedIn: SignedIn; readonly authority: Authority }
  | { readonly next: 'decide'; readonly decision: 'deny'; readonly signedIn: SignedIn };

/**
 * RFC 8628 §3.3, §5.4: what a person with a user code is asked next. They are asked to agree each time, whoever the client is and
 * whatever they agreed to before: somebody may have sent them the code of a device that is not theirs, and the page that compares
 * is the only thing that stands against it (DEV-5). Agreeing to nothing is not agreeing.
 */
export function decideDeviceVerification({ device, signedIn, done }: DeviceVerificationFacts): DeviceVerificationDecision {
  const step = nextStep(signedIn, done);
  if (step === 'password' || signedIn === null || done.consent === undefined || done.consent.accountId !== signedIn.accountId) return { next: 'step', step };
  const authority = narrowedTo(device.request.authority, done.consent.scope);
  if (done.consent.decision === 'deny' || authority.scope.length === 0) return { next: 'decide', decision: 'deny', signedIn };
  return { next: 'decide', decision: 'approve', signedIn, authority };
}

/** The page a person is at until they decide: who they are, then what they are asked. The request itself does not matter for it. */
export function nextStep(signedIn: SignedIn | null, { password, 'select-account': selected }: DeviceVerificationSteps): 'password' | 'device-consent' {
  if (signedIn === null) return 'password';
  const { accountId } = signedIn;
  const otherWanted = selected?.choice === 'other' && selected.accountId === accountId && password?.accountId !== accountId;
  return otherWanted ? 'password' : 'device-consent';
}
