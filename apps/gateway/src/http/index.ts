/**
 * The HTTP edge: one request from the socket to the owner of its endpoint and back.
 *
 * 1. {@link ConnectionCap} and Node's own limits bound connections, headers and time before anything is parsed.
 * 2. {@link receive} gives the request its id and refuses what can be refused without the body.
 * 3. {@link EndpointForwarder} parses the form into an `EdgeRequest`, asks the owner and sends its answer. Where a person's browser
 *    comes, the endpoints ask with its cookies (`../browser`) and answer with pages (`../pages`).
 * 4. {@link OAuthErrorFilter} makes the answer to everything thrown on the way.
 */
export * from './answer.js';
export * from './arrival.js';
export * from './client-errors.js';
export * from './connection-cap.js';
export * from './edge-request.js';
export * from './endpoint-forwarder.js';
export * from './form-body.js';
export * from './issuer.js';
export * from './json-body.js';
export * from './oauth-error.filter.js';
export * from './owners.js';
export * from './published-surface.js';
export * from './refusal-record.js';
export * from './request-metrics.js';
export * from './response-headers.js';
export * from './source-address.js';
