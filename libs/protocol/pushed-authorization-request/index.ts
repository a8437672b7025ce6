/**
 * The pushed authorization request endpoint: RFC 9126 §2.
 *
 * 1. The parameters are read; the client authenticates as at the token endpoint (§2, PAR-1).
 * 2. `request_uri` is refused (§2.1); everything else passes the very validation of a direct request (PAR-2), and what would be
 *    redirected there is a JSON error here (§2.3).
 * 3. The valid request is stored under the hash of a fresh `request_uri`, for this client (§2.2).
 *
 * Not here: what becomes of it at the authorization endpoint (`authorization-request`), and that it yields one code at most,
 * which is decided in the transaction that ends its interaction (PAR-3).
 */
export * from './pushed-authorization-request.js';
