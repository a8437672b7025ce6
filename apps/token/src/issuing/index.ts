/** Makes tokens of entitlements: signed in this process without a row, or stored before they are said. */
export * from './collected-lines.js';
export * from './issuance-audit-log.js';
export * from './issuance-metrics.js';
export * from './leased-access-token-signer.js';
export * from './random-token-values.js';
export * from './sql-opaque-access-tokens.js';
