import { randomBytes } from 'node:crypto';
import type { UserGrant } from '../access-token/index.js';
import type { DerivationKey, NewRefreshFamily, RefreshFamilies, RefreshTokenUse, RefusedUse, Successor } from './index.js';

export * from './testing-laws.js';

interface Family {
  readonly grant: UserGrant;
  generation: number;
  /** Seconds of the clock at the last rotation. */
  rotatedAt: number;
  idleEndsAt: number;
  readonly endsAt: number;
  revokeReason: string | null;
}

/** Families in memory, by the rules of the statements; `now` is their clock, in seconds. */
export class InMemoryRefreshFamilies implements RefreshFamilies {
  readonly begun: NewRefreshFamily[] = [];
  readonly families: Family[] = [];
  readonly asked: string[] = [];
  now = 0;
  /** Whether grants live: session, user and client with them. */
  alive = true;
  private readonly generations = new Map<string, { readonly family: Family; readonly generation: number; readonly kid: string | null }>();

  begin(begun: NewRefreshFamily): Promise<void> {
    this.begun.push(begun);
    const { grant, idleSeconds, lifetimeSeconds, tokenHash } = begun;
    const family = { grant, generation: 0, rotatedAt: 0, idleEndsAt: this.now + idleSeconds, endsAt: this.now + lifetimeSeconds, revokeReason: null };
    this.families.push(family);
    this.generations.set(hex(tokenHash), { family, generation: 0, kid: null });
    return Promise.resolve();
  }

  rotate(use: RefreshTokenUse, { tokenHash, derivationKid }: Successor): Promise<UserGrant | null> {
    this.asked.push('rotate');
    const family = this.usable(use);
    if (family === null) return Promise.resolve(null);
    family.generation += 1;
    family.rotatedAt = this.now;
    this.generations.set(hex(tokenHash), { family, generation: family.generation, kid: derivationKid });
    return Promise.resolve(family.grant);
  }

  extend(use: RefreshTokenUse): Promise<UserGrant | null> {
    this.asked.push('extend');
    return Promise.resolve(this.usable(use)?.grant ?? null);
  }

  explain(use: RefreshTokenUse, retryWindowSeconds: number): Promise<RefusedUse> {
    this.asked.push('explain');
    const found = this.generations.get(hex(use.tokenHash));
    if (found === undefined) return Promise.resolve({ outcome: 'unknown' });
    const { family, generation } = found;
    if (family.grant.clientId !== use.clientId) return Promise.resolve({ outcome: 'foreign' });
    const inWindow = generation === family.generation - 1 && family.rotatedAt > this.now - retryWindowSeconds;
    if (generation < family.generation && !inWindow) family.revokeReason ??= 'reused';
    if (family.revokeReason === 'reused') return Promise.resolve({ outcome: 'reused' });
    if (!this.lives(family)) return Promise.resolve({ outcome: 'ended' });
    if (!within(use.scope, family.grant.authority.scope)) return Promise.resolve({ outcome: 'scope' });
    if (!within(use.resources, family.grant.authority.resources)) return Promise.resolve({ outcome: 'resource' });
    const successor = [...this.generations.values()].find((one) => one.family === family && one.generation === generation + 1);
    return Promise.resolve(inWindow ? { outcome: 'retry', grant: family.grant, derivationKid: successor?.kid ?? '' } : { outcome: 'ended' });
  }

  private usable(use: RefreshTokenUse): Family | null {
    const found = this.generations.get(hex(use.tokenHash));
    if (found === undefined || found.generation !== found.family.generation || found.family.grant.clientId !== use.clientId) return null;
    const { family } = found;
    const { scope, resources } = family.grant.authority;
    if (!this.lives(family) || !within(use.scope, scope) || !within(use.resources, resources)) return null;
    family.idleEndsAt = Math.min(this.now + use.idleSeconds, family.endsAt);
    return family;
  }

  private lives(family: Family): boolean {
    return this.alive && family.revokeReason === null && family.idleEndsAt > this.now && family.endsAt > this.now;
  }
}

/** A key to derive with. */
export function derivationKey(kid = 'mac-1'): DerivationKey {
  return { kid, secret: randomBytes(32) };
}

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const within = (inner: readonly string[], outer: readonly string[]) => inner.every((one) => outer.includes(one));
