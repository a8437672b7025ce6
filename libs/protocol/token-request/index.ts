/**
 * The token endpoint: RFC 6749 §3.2, §4.x.2, §5.
 *
 * 1. The parameters are read (`form-parameters`).
 * 2. The client authenticates (`client-authentication`), before anything else about the request is judged.
 * 3. `grant_type` is present, one we issue for, and one of the client's.
 * 4. Its grant function, from a table, decides what is issued: the entitlement of a client by itself, or that of a user.
 * 5. The entitlement is made tokens (`access-token`, `id-token`, `refresh-token-grant`) and the tokens a response (§5.1,
 *    OIDC Core §3.1.3.3).
 */
export * from './issue-to-user.js';
export * from './token-request.js';
