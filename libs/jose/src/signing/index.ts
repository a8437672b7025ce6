/** Making signatures of this issuer, with leased keys only. Imported by token, authorization and the lease itself. */
export * from './sign-jwt.js';
export * from './signing-key.js';
