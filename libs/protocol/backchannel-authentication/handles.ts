import { createHmac, hash } from 'node:crypto';

/** What a handle is for; the kinds never meet (decision 13). `approval`: what the person's device is given (§14). */
export type BackchannelHandleKind = 'auth_req_id' | 'approval';

/** A key on loan for deriving. */
export interface HandleKey {
  readonly secret: Uint8Array;
}

/**
 * Decision 13: whoever has the row's id and the key finds the same handle again, for a ping or a page; whoever has a copy of the
 * table finds nothing. 256 bits, 43 characters base64url: the charset of §7.3, and entropy enough for any measure of it.
 */
export function deriveBackchannelHandle(kind: BackchannelHandleKind, rowId: string, { secret }: HandleKey): string {
  return createHmac('sha256', secret).update(`${kind}\0${rowId}`).digest('base64url');
}

/** SHA-256: what is stored and looked up (GEN-5). */
export function backchannelHandleHash(handle: string): Buffer {
  return hash('sha256', handle, 'buffer');
}
