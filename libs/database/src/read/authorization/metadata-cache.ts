import { type Clock, Outage } from '@tessera/vocabulary';

/** A value as it was read, and for how many milliseconds from the question it stands if nobody changes it; null: no end. */
export interface Loaded<Value> {
  readonly value: Value;
  readonly standsForMs: number | null;
}

interface Kept<Value> {
  readonly value: Value;
  /** Monotonic milliseconds. */
  readonly until: number;
}

interface Load<Value> {
  readonly result: Promise<Value | null>;
  /** The value was dropped while it was being read. */
  dropped: boolean;
}

/** A value that changes faster than it can be read is not read for ever. */
const LOADS_MAX = 3;

/**
 * Values by id, the least recently used leaving first. What is dropped while it is being read is neither kept nor answered
 * with: the read may have seen the state before the change. Ids that are not found are not kept, so that nobody can fill it
 * with invented ones, and a new client is known at once.
 */
export class MetadataCache<Value> {
  private readonly kept = new Map<string, Kept<Value>>();
  private readonly loads = new Map<string, Load<Value>>();

  constructor(
    private readonly load: (id: string) => Promise<Loaded<Value> | null>,
    private readonly entriesMax: number,
    private readonly clock: Pick<Clock, 'monotonicMs'>,
  ) {}

  async get(id: string): Promise<Value | null> {
    const kept = this.kept.get(id);
    if (kept !== undefined && this.clock.monotonicMs() < kept.until) {
      this.keep(id, kept);
      return kept.value;
    }
    for (let attempt = 0; attempt < LOADS_MAX; attempt++) {
      const load = this.loads.get(id) ?? this.begin(id);
      const value = await load.result;
      if (!load.dropped) return value;
    }
    throw new Outage('client-metadata', 'it changes faster than it can be read');
  }

  /** Forgets one value; a read of it that is under way does not count any more. */
  drop(id: string): void {
    this.kept.delete(id);
    const load = this.loads.get(id);
    if (load !== undefined) load.dropped = true;
    this.loads.delete(id);
  }

  dropAll(): void {
    for (const id of [...this.kept.keys(), ...this.loads.keys()]) this.drop(id);
  }

  /** All who ask for an id meanwhile share one read. */
  private begin(id: string): Load<Value> {
    const load: Load<Value> = { result: this.read(id, () => load.dropped), dropped: false };
    this.loads.set(id, load);
    return load;
  }

  private async read(id: string, isDropped: () => boolean): Promise<Value | null> {
    const sentAt = this.clock.monotonicMs();
    try {
      const loaded = await this.load(id);
      if (loaded === null) return null;
      // Counted from the question: the database counted from later than that.
      if (!isDropped()) this.keep(id, { value: loaded.value, until: sentAt + (loaded.standsForMs ?? Infinity) });
      return loaded.value;
    } finally {
      if (!isDropped()) this.loads.delete(id);
    }
  }

  private keep(id: string, entry: Kept<Value>): void {
    this.kept.delete(id);
    this.kept.set(id, entry);
    const [oldest] = this.kept.keys();
    if (this.kept.size > this.entriesMax && oldest !== undefined) this.kept.delete(oldest);
  }
}
