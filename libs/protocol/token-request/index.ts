/**
 * The token endpoint: RFC 6749 §3.2, §4.x.2, §5.
 *
 * 1. The parameters are read (`form-parameters`).
 * 2. The client authenticates (`client-authentication`), before anything else about the request is judged.
 * 3. `grant_type` is present, one we issue for, and one of the client's.
 * 4. Its grant function, from a table, decides an entitlement.
 * 5. The entitlement is made a token (`access-token`) and the token a response (§5.1).
 */
export * from './token-request.js';
