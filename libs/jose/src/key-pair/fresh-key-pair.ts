import { createPrivateKey, createPublicKey, generateKeyPair, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';

/** A key pair as node:crypto holds it. */
export interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

/** What kind of pair, in the words of node:crypto: a named curve such as `P-256`, or the modulus length of an RSA key in bits. */
export type KeyPairKind =
  | readonly [type: 'ec', options: { readonly namedCurve: string }]
  | readonly [type: 'rsa', options: { readonly modulusLength: number; readonly publicExponent?: number }]
  | readonly [type: 'ed25519'];

const publicKeyEncoding = { type: 'spki', format: 'der' } as const;
const privateKeyEncoding = { type: 'pkcs8', format: 'der' } as const;

const generate = promisify(generateKeyPair);

/**
 * A new key pair, made in place; for curves, which take a tenth of a millisecond.
 *
 * Every pair of this product comes from here, never from node:crypto directly (decision 40): a key that node generated shares a lock
 * with the job that made it, an export to JWK holds that lock, and when a garbage collection within the export comes upon the job,
 * the process waits for itself for ever. A key that went through DER has a lock of its own.
 */
export function freshKeyPairSync(...kind: KeyPairKind): KeyPair {
  switch (kind[0]) {
    case 'ec':
      return imported(generateKeyPairSync('ec', { ...kind[1], publicKeyEncoding, privateKeyEncoding }));
    case 'rsa':
      return imported(generateKeyPairSync('rsa', { ...kind[1], publicKeyEncoding, privateKeyEncoding }));
    case 'ed25519':
      return imported(generateKeyPairSync('ed25519', { publicKeyEncoding, privateKeyEncoding }));
  }
}

/** The same off the event loop: an RSA key takes half a second. */
export async function freshKeyPair(...kind: KeyPairKind): Promise<KeyPair> {
  switch (kind[0]) {
    case 'ec':
      return imported(await generate('ec', { ...kind[1], publicKeyEncoding, privateKeyEncoding }));
    case 'rsa':
      return imported(await generate('rsa', { ...kind[1], publicKeyEncoding, privateKeyEncoding }));
    case 'ed25519':
      return imported(await generate('ed25519', { publicKeyEncoding, privateKeyEncoding }));
  }
}

function imported({ publicKey, privateKey }: { readonly publicKey: Buffer; readonly privateKey: Buffer }): KeyPair {
  return {
    publicKey: createPublicKey({ key: publicKey, ...publicKeyEncoding }),
    privateKey: createPrivateKey({ key: privateKey, ...privateKeyEncoding }),
  };
}
