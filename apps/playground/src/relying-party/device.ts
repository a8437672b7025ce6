import type { DeviceAuthorizationResponse } from 'openid-client';
import type { Run } from '../runs/run.js';

/** A pretended device that shows its code. */
export interface WaitingDevice {
  readonly run: Run;
  readonly userCode: string;
  /** What people are told to type. */
  readonly verificationUri: string;
  /** What the QR code leads to. */
  readonly complete: string;
  readonly expiresAtMs: number;
}

/** What a device shows of the provider's answer (RFC 8628 §3.2, §3.3.1). */
export function waitingDevice(run: Run, started: DeviceAuthorizationResponse, nowMs: number): WaitingDevice {
  return {
    run,
    userCode: started.user_code,
    verificationUri: started.verification_uri,
    complete: started.verification_uri_complete ?? started.verification_uri,
    expiresAtMs: nowMs + started.expires_in * 1_000,
  };
}

/** Milliseconds before its end from which on a code is said to end soon. */
const WARNING_MS = 120_000;

/** How a device stands: the page is made anew when this changes. */
export function deviceState({ run, expiresAtMs }: WaitingDevice, nowMs: number): 'waiting' | 'ending' | 'ended' | 'done' | 'failed' {
  if (run.outcome.kind !== 'away') return run.outcome.kind;
  if (expiresAtMs <= nowMs) return 'ended';
  return expiresAtMs - nowMs <= WARNING_MS ? 'ending' : 'waiting';
}
