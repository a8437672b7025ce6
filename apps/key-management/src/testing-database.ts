import { afterAll, afterEach, beforeAll } from '@jest/globals';
import type { Actor } from '@tessera/contracts';
import { createPool, loadStatements, Queries } from '@tessera/database';
import { startPostgres, type TestDatabase, type TestPostgres } from '@tessera/testing';
import { KeyId } from '@tessera/vocabulary';
import type pg from 'pg';
import { type Replica, replica, type ReplicaOptions } from './testing.js';

/** Somebody at a terminal. */
export const OPERATOR: Actor = { kind: 'operator', name: 'ada' };

/** An activation that asks for no lead. */
export const step = (predecessor: KeyId | null) => ({ predecessor, publishedForSeconds: 0, retireSeconds: 100_000, actor: OPERATOR });

/** A row of the table `key`, as far as specs look at it by name. */
export interface KeyRow extends Record<string, unknown> {
  readonly kid: string;
  readonly state: string;
  readonly purpose: string;
  readonly algorithm: string;
}

/** Gives the spec file that calls it the tables of key-management on a real PostgreSQL, empty for each test. */
export function useKeyDatabase(): KeyDatabase {
  const database = new KeyDatabase();
  beforeAll(() => database.start(), STARTING_MS_MAX);
  afterEach(() => database.empty());
  afterAll(() => database.stop(), STARTING_MS_MAX);
  return database;
}

const STARTING_MS_MAX = 60_000;

interface Opened {
  readonly postgres: TestPostgres;
  readonly database: TestDatabase;
  readonly owner: pg.Pool;
  readonly pool: pg.Pool;
  readonly queries: Queries;
}

/** The tables of key-management: as the service sees them, and as their owner does. */
export class KeyDatabase {
  private opened: Opened | undefined;
  /** What makes the index again that a test did without. */
  private dropped: string | null = null;

  async start(): Promise<void> {
    const postgres = await startPostgres();
    const database = await postgres.createDatabase();
    const pool = createPool({ url: database.urlOf('tessera_key_management'), max: 20, applicationName: 'spec' });
    const owner = createPool({ url: database.ownerUrl, max: 2, applicationName: 'spec-owner' });
    this.opened = { postgres, database, owner, pool, queries: new Queries(pool, loadStatements('key-management')) };
  }

  async stop(): Promise<void> {
    await Promise.all([this.opened?.owner.end(), this.opened?.pool.end()]);
    await this.opened?.database.drop();
    await this.opened?.postgres.stop();
  }

  /** As the role of the service. */
  get queries(): Queries {
    return this.started.queries;
  }

  /** As the owner of the schema: to look at rows, and to let time pass in them. */
  get owner(): pg.Pool {
    return this.started.owner;
  }

  private get started(): Opened {
    if (this.opened === undefined) throw new Error('the database is there in hooks and tests only');
    return this.opened;
  }

  async empty(): Promise<void> {
    await this.owner.query('TRUNCATE key, key_encryption_canary, lease_audit, key_management_audit_event');
    if (this.dropped !== null) await this.owner.query(this.dropped);
    this.dropped = null;
  }

  /** A process with a usable set of keys. */
  async settled(given: ReplicaOptions = {}): Promise<Replica> {
    const management = replica(this.queries, given);
    await management.checkEncryption();
    await management.schedule.run();
    return management;
  }

  /** The keys of a type, oldest first. */
  async rows(purpose = 'sign', algorithm = 'ES256'): Promise<KeyRow[]> {
    const { rows } = await this.owner.query<KeyRow>('SELECT * FROM key WHERE purpose = $1 AND algorithm = $2 ORDER BY created_at, kid', [purpose, algorithm]);
    return rows;
  }

  /** The ES256 keys in a state. */
  async inState(state: string): Promise<KeyId[]> {
    return (await this.rows()).filter((row) => row.state === state).map(({ kid }) => KeyId.parse(kid));
  }

  /** The active ES256 key. */
  async activeKid(): Promise<KeyId> {
    const [kid] = await this.inState('active');
    if (kid === undefined) throw new Error('there is no active key');
    return kid;
  }

  /** The audit rows of an action, oldest first. */
  async audited(action: string): Promise<{ subject: string; actor_kind: string; actor_name: string }[]> {
    const { rows } = await this.owner.query<{ subject: string; actor_kind: string; actor_name: string }>(
      'SELECT subject, actor_kind, actor_name FROM key_management_audit_event WHERE action = $1 ORDER BY id',
      [action],
    );
    return rows;
  }

  /**
   * Published copies of the active ES256 key under other names: candidates for a race. Several of them cannot be in real life;
   * the steps are judged without the index that sees to it, because they have to be right by themselves.
   */
  async candidates(count: number, prefix = 'candidate'): Promise<KeyId[]> {
    if (count > 1) await this.withoutOneSuccessor();
    const kids = Array.from({ length: count }, (_, number) => KeyId.parse(`${prefix}-${number}`));
    await this.owner.query(
      `INSERT INTO key (kid, purpose, algorithm, state, public_jwk, wrapped_data_key, sealed_private, key_encryption_key, published_at)
       SELECT c, purpose, algorithm, 'published', public_jwk, wrapped_data_key, sealed_private, key_encryption_key, now() - interval '1 hour'
         FROM key, unnest($1::text[]) c WHERE purpose = 'sign' AND algorithm = 'ES256' AND state = 'active'`,
      [kids],
    );
    return kids;
  }

  private async withoutOneSuccessor(): Promise<void> {
    const { rows } = await this.owner.query<{ indexdef: string }>("SELECT indexdef FROM pg_indexes WHERE indexname = 'key_one_successor'");
    this.dropped = rows[0]?.indexdef ?? null;
    await this.owner.query('DROP INDEX key_one_successor');
  }
}
