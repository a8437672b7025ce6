import { hash, randomBytes } from 'node:crypto';

/** 256 bits (GEN-3). */
const HANDLE_BYTES = 32;
/** 128 bits: `sid` is public, and unique by itself. */
const SID_BYTES = 16;

/** A new handle, from the system's randomness; only its hash is stored (GEN-5). */
export function newHandle(): string {
  return randomBytes(HANDLE_BYTES).toString('base64url');
}

/** A new `sid`. */
export function newSid(): string {
  return randomBytes(SID_BYTES).toString('base64url');
}

/** What a handle is stored and found by. */
export function hashOf(handle: string): Buffer {
  return hash('sha256', handle, 'buffer');
}
