import { z } from 'zod';

/**
 * What a token may do, requested or granted: one versioned value for every grant, so that rich authorization requests and
 * token exchange can be added without a new shape (decision 14).
 */
export const Authority = z.object({
  version: z.literal(1),
  scope: z.array(z.string()),
  resources: z.array(z.string()),
  claims: z.record(z.string(), z.unknown()),
  authorizationDetails: z.array(z.unknown()),
});
/** Requested or granted authority. */
export type Authority = z.infer<typeof Authority>;

/** An authority over scopes and resources only. */
export function authorityOver(scope: readonly string[], resources: readonly string[]): Authority {
  return { version: 1, scope: [...scope], resources: [...resources], claims: {}, authorizationDetails: [] };
}

/** GEN-7: tells whether `inner` grants nothing that `outer` does not. Claims and details must stand in `outer` literally. */
export function isSubsetOf(inner: Authority, outer: Authority): boolean {
  const within = (a: readonly string[], b: readonly string[]) => a.every((one) => b.includes(one));
  const details = outer.authorizationDetails.map((one) => JSON.stringify(one));
  return (
    within(inner.scope, outer.scope) &&
    within(inner.resources, outer.resources) &&
    Object.entries(inner.claims).every(([name, value]) => JSON.stringify(outer.claims[name]) === JSON.stringify(value)) &&
    inner.authorizationDetails.every((one) => details.includes(JSON.stringify(one)))
  );
}
