/**
 * RFC 6749 §3.1 and §3.2: what a list of request parameters means, the same at every endpoint.
 *
 * 1. The gateway decodes the form or query into ordered pairs and interprets nothing.
 * 2. {@link parseFormParameters} turns the pairs into parameters by name: none repeated but `resource` (RFC 8707 §2), none
 *    without a value, none too long, none that a database could not hold. The owner of an endpoint does this itself, because
 *    nothing that arrives over the bus is believed.
 */
export * from './form-parameters.js';
