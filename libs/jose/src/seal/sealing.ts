/** RFC 7518 §4.6, §5.3: the one key agreement and the one content encryption of sealed values. */
export const SEALING = { alg: 'ECDH-ES+A256KW', enc: 'A256GCM' } as const;

/** Characters of a sealed value that is opened at all, unless the caller expects more (EDG-5). */
export const SEALED_LENGTH_MAX = 16 * 1024;
