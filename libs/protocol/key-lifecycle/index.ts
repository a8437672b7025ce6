/**
 * The life of a key of this issuer (KEY-4, NIST SP 800-57 part 1 §8): created → published → active → retiring → removed.
 *
 * 1. created: the material exists, encrypted, in one row.
 * 2. published: verifiers and openers may have it; nothing is made with it yet.
 * 3. active: makes new signatures, seals, handles. At most one per purpose and algorithm, by a unique index.
 * 4. retiring: verifies, opens, reproduces; makes nothing.
 * 5. removed: the material is erased, the row stays. A revoked key comes here from any state, at once (KEY-8).
 *
 * Everything here is decision only; key-management commits each step by one conditional statement.
 */
export * from './due-transitions.js';
export * from './key-policy.js';
export * from './key-record.js';
export * from './key-type.js';
