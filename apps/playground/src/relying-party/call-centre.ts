import type { BackchannelAuthenticationResponse } from 'openid-client';
import type { Run } from '../runs/run.js';

/** A pretended call centre that waits for its customer. */
export interface WaitingDesk {
  readonly run: Run;
  readonly flowId: string;
  /** Whom the agent talks to. */
  readonly customer: string;
  /** What the agent reads out, and the customer compares (CIBA Core §7.1 `binding_message`). */
  readonly message: string;
  /** What the agent reads out instead, where the customer has to pick it; null where approving is enough. */
  readonly number: number | null;
  /** Where the customer decides. */
  readonly approvals: string;
  readonly expiresAtMs: number;
}

/** What the desk shows of the provider's answer (CIBA Core §7.3). */
export function waitingDesk(
  run: Run,
  flowId: string,
  asked: { readonly customer: string; readonly message: string; readonly issuer: string; readonly nowMs: number },
  started: BackchannelAuthenticationResponse,
): WaitingDesk {
  const { customer, message, issuer, nowMs } = asked;
  const number = started['tessera_number'];
  return { run, flowId, customer, message, number: typeof number === 'number' ? number : null, approvals: `${issuer}/approvals`, expiresAtMs: nowMs + started.expires_in * 1_000 };
}

/** How a request stands: the page is made anew when this changes. */
export function deskState({ run, expiresAtMs }: WaitingDesk, nowMs: number): 'waiting' | 'ended' | 'done' | 'failed' {
  if (run.outcome.kind !== 'away') return run.outcome.kind;
  return expiresAtMs <= nowMs ? 'ended' : 'waiting';
}
