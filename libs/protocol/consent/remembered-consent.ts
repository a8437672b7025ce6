import { type Authority, authorityOver } from '@tessera/vocabulary';
import { type ClientMetadata, isConfidential } from '../client/index.js';
import { claimNamesOf } from '../grant/index.js';

/**
 * Whether an answer may stand for the next time (UIX-8, RFC 6749 §10.2). Anybody on the machine can take a custom scheme or a
 * loopback port, and a public client proves nothing else: the next one to ask need not be the one the person agreed to.
 */
export function mayBeRemembered(client: ClientMetadata, redirectUri: string): boolean {
  return isConfidential(client) || redirectUri.startsWith('https://');
}

/** Whether what is asked for was agreed to before: no wider scope, no other resource, no other claim (UIX-8). */
export function covers(remembered: Authority, asked: Authority): boolean {
  const known = claimNamesOf(remembered);
  return (
    asked.scope.every((one) => remembered.scope.includes(one)) &&
    asked.resources.every((one) => remembered.resources.includes(one)) &&
    claimNamesOf(asked).every((name) => known.includes(name)) &&
    asked.authorizationDetails.length === 0
  );
}

/** What is remembered after a person agreed once more: both. Who asks for less later has not lost the rest. */
export function rememberedWith(before: Authority | null, given: Authority): Authority {
  const earlier = before ?? authorityOver([], []);
  const names = [...claimNamesOf(earlier), ...claimNamesOf(given)];
  return {
    version: 1,
    scope: union(earlier.scope, given.scope),
    resources: union(earlier.resources, given.resources),
    claims: names.length === 0 ? {} : { names: Object.fromEntries(names.map((name) => [name, null])) },
    authorizationDetails: [],
  };
}

function union(a: readonly string[], b: readonly string[]): string[] {
  return [...new Set([...a, ...b])];
}
