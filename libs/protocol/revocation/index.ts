/**
 * RFC 7009: a client says that it does not need a token any more.
 *
 * 1. The client authenticates; a public client by its id alone (§2.1, TOK-5).
 * 2. The token is recognised by its form; `token_type_hint` only says what a handle is looked for as first (§2.1).
 * 3. An access token of this client is revoked: a handle in its row, a JWT by its `jti` until its `exp`. A refresh token ends its
 *    family, and with it every access token of the grant (TOK-4), whichever generation it is.
 * 4. A token of another client is refused and nothing changes (§2.1, TOK-4). What is not a token (any more) is as good as
 *    revoked: 200 (§2.2).
 */
export * from './revocation.js';
