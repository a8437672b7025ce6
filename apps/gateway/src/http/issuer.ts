/** Injection token of the issuer identifier. */
export const ISSUER = Symbol('Issuer');
