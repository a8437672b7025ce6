import type { LiveHandle, LivePerson, LivePersons } from './userinfo.js';

/** Persons in memory: by the `jti` of a live JWT, by the hash of a live handle, and what was asked. */
export class InMemoryLivePersons implements LivePersons {
  readonly byJti = new Map<string, LivePerson>();
  readonly byHandle = new Map<string, LiveHandle>();
  readonly asked: string[] = [];

  findByJwt({ jti }: Parameters<LivePersons['findByJwt']>[0]): Promise<LivePerson | null> {
    this.asked.push(jti);
    return Promise.resolve(this.byJti.get(jti) ?? null);
  }

  findByHandle(tokenHash: Uint8Array): Promise<LiveHandle | null> {
    const entry = Buffer.from(tokenHash).toString('hex');
    this.asked.push(entry);
    return Promise.resolve(this.byHandle.get(entry) ?? null);
  }
}
