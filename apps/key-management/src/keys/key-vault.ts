import { createSecretKey, randomBytes } from 'node:crypto';
import { json } from '@tessera/configuration';
import type { KeyAlgorithm, KeyPurpose } from '@tessera/protocol/key-lease';
import type { KeyPolicy, KeyType } from '@tessera/protocol/key-lifecycle';
import { type KeyId, Outage } from '@tessera/vocabulary';
import { z } from 'zod';
import { decryptBox, encryptBox } from './authenticated-encryption.js';
import type { KeyEncryption } from './key-encryption.js';
import { generateMaterial } from './key-material.js';

/** What a key is called. Part of what its boxes are sealed for: a box moved to another row does not open there (KEY-6). */
export interface KeyName {
  readonly kid: KeyId;
  readonly purpose: KeyPurpose;
  readonly algorithm: KeyAlgorithm;
}

/** A key as it is stored. */
export interface SealedKey extends KeyName {
  readonly keyEncryptionKey: string;
  readonly wrappedDataKey: Uint8Array;
  readonly sealedPrivate: Uint8Array;
}

/** A new key, ready to be stored. */
export interface NewKey extends SealedKey {
  readonly publicJwk: Readonly<Record<string, unknown>> | null;
}

const DATA_KEY_BYTES = 32;
const PrivateJwk = json(z.record(z.string(), z.unknown()));

/**
 * Makes, seals and opens keys: each under a data key of its own, which the key-encryption key wraps. What was opened stays in
 * memory, where it may be (KEY-6), so that a lease costs no decryption and a keyring that is away stops nothing (F29).
 */
export class KeyVault {
  private readonly opened = new Map<KeyId, Readonly<Record<string, unknown>>>();

  constructor(
    private readonly encryption: KeyEncryption,
    private readonly policy: Pick<KeyPolicy, 'rsaModulusBits'>,
  ) {}

  /** Makes a key of this type and seals it. */
  async create(type: KeyType): Promise<NewKey> {
    const { kid, publicJwk, privateJwk } = await generateMaterial(type, this.policy);
    const name = { kid, purpose: type.purpose, algorithm: type.algorithm };
    const dataKey = randomBytes(DATA_KEY_BYTES);
    const sealedPrivate = encryptBox(createSecretKey(dataKey), Buffer.from(JSON.stringify(privateJwk)), sealedFor('private', name));
    const { keyEncryptionKey, wrapped } = this.encryption.wrap(dataKey, sealedFor('data-key', name));
    dataKey.fill(0);
    return { ...name, publicJwk, keyEncryptionKey, wrappedDataKey: wrapped, sealedPrivate };
  }

  /** The private JWK of a stored key. @throws {Outage} `key-encryption` when it cannot be unwrapped or was tampered with. */
  open(key: SealedKey): Readonly<Record<string, unknown>> {
    const known = this.opened.get(key.kid);
    if (known !== undefined) return known;
    const dataKey = this.encryption.unwrap({ keyEncryptionKey: key.keyEncryptionKey, wrapped: key.wrappedDataKey }, sealedFor('data-key', key));
    const text = decryptBox(createSecretKey(dataKey), key.sealedPrivate, sealedFor('private', key));
    dataKey.fill(0);
    if (text === null) throw new Outage('key-encryption', `the stored private part of key ${key.kid} was changed`);
    const jwk = PrivateJwk.parse(text.toString());
    this.opened.set(key.kid, jwk);
    return jwk;
  }

  /** The data key of a stored key, wrapped by the active key-encryption key. */
  rewrap(key: Omit<SealedKey, 'sealedPrivate'>): Uint8Array {
    const dataKey = this.encryption.unwrap({ keyEncryptionKey: key.keyEncryptionKey, wrapped: key.wrappedDataKey }, sealedFor('data-key', key));
    const { wrapped } = this.encryption.wrap(dataKey, sealedFor('data-key', key));
    dataKey.fill(0);
    return wrapped;
  }

  /** Lets go of every opened key but these: a removed key leaves the memory too. */
  keepOnly(kids: ReadonlySet<KeyId>): void {
    for (const kid of this.opened.keys()) if (!kids.has(kid)) this.opened.delete(kid);
  }
}

function sealedFor(what: 'private' | 'data-key', { kid, purpose, algorithm }: KeyName): string {
  return JSON.stringify(['tessera.key.v1', what, kid, purpose, algorithm]);
}
