/**
 * Consent: what a person agrees to, and when they need not be asked again (OIDC Core §3.1.2.4, RFC 6749 §10.2).
 */
export * from './remembered-consent.js';
