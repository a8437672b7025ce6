import type { KeyAlgorithm, KeyPurpose } from '../key-lease/index.js';

/** What is special about the keys of one purpose and algorithm. */
export interface KeyType {
  readonly purpose: KeyPurpose;
  readonly algorithm: KeyAlgorithm;
  /** What has to be generated. The size of an RSA key is policy. */
  readonly material: 'P-256' | 'Ed25519' | 'RSA' | '256 bits';
  /** What starts a rotation: the schedule and a command, a command only, or nothing ever. */
  readonly rotation: 'schedule' | 'command' | 'never';
  /** What removes a retiring key: the schedule once its time is over, or a revocation only. */
  readonly removal: 'schedule' | 'command';
}

const signs = (algorithm: KeyAlgorithm, material: KeyType['material']): KeyType => ({
  purpose: 'sign',
  algorithm,
  material,
  rotation: 'schedule',
  removal: 'schedule',
});

/** Every type of key there is (decision 1). A new one is a new row. */
export const KEY_TYPES: readonly KeyType[] = [
  signs('ES256', 'P-256'),
  signs('RS256', 'RSA'),
  signs('PS256', 'RSA'),
  signs('EdDSA', 'Ed25519'),
  { purpose: 'password-transport', algorithm: 'ECDH-ES+A256KW', material: 'P-256', rotation: 'schedule', removal: 'schedule' },
  // Rows are sealed to it for as long as a client keeps its secret: the old key opens them until somebody revokes it.
  { purpose: 'client-secret', algorithm: 'ECDH-ES+A256KW', material: 'P-256', rotation: 'command', removal: 'command' },
  { purpose: 'derivation', algorithm: 'HS256', material: '256 bits', rotation: 'schedule', removal: 'schedule' },
  // Another salt would give every user another pairwise `sub` (OIDC Core §8.1): never rotated, never revoked.
  { purpose: 'pairwise', algorithm: 'HS256', material: '256 bits', rotation: 'never', removal: 'command' },
];

/** The type of a purpose and algorithm as an operator writes them; null when there is none. */
export function findKeyType(purpose: string, algorithm: string): KeyType | null {
  return KEY_TYPES.find((type) => type.purpose === purpose && type.algorithm === algorithm) ?? null;
}

/** Whether a key of this type can be taken away at all (KEY-8). What is never rotated has no successor that could replace it. */
export function isRevocable(type: KeyType): boolean {
  return type.rotation !== 'never';
}
