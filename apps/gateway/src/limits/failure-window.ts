import type { Clock } from '@tessera/vocabulary';

const WINDOW_MS = 60_000;

/** Counts per key within fixed windows of a minute. Bounded: when full, the key that began longest ago makes room (I12). */
export class FailureWindow {
  private readonly counts = new Map<string, { count: number; readonly endsAtMs: number }>();
  private blockingUntilMs = 0;

  constructor(
    private readonly clock: Clock,
    /** The count at which a key has to wait. */
    private readonly max: number,
    private readonly keysMax: number,
  ) {}

  /** Whether any key has to wait at all: false is the ordinary case, and then nothing else need be computed. */
  get blocking(): boolean {
    return this.clock.monotonicMs() < this.blockingUntilMs;
  }

  /** One more for the key; how many there are now. */
  add(key: string): number {
    const count = (this.find(key)?.count ?? 0) + 1;
    this.set(key, count);
    return count;
  }

  /** At least that many for the key: what all processes counted together. */
  raise(key: string, count: number): void {
    this.set(key, Math.max(this.find(key)?.count ?? 0, count));
  }

  /** Whole seconds the key has to wait; 0 when it has not. */
  secondsToWait(key: string): number {
    const found = this.find(key);
    if (found === undefined || found.count < this.max) return 0;
    return Math.ceil((found.endsAtMs - this.clock.monotonicMs()) / 1_000);
  }

  private find(key: string): { count: number; readonly endsAtMs: number } | undefined {
    const found = this.counts.get(key);
    if (found === undefined || found.endsAtMs > this.clock.monotonicMs()) return found;
    this.counts.delete(key);
    return undefined;
  }

  private set(key: string, count: number): void {
    const found = this.find(key) ?? this.begin(key);
    found.count = count;
    if (count >= this.max) this.blockingUntilMs = Math.max(this.blockingUntilMs, found.endsAtMs);
  }

  private begin(key: string): { count: number; readonly endsAtMs: number } {
    const now = this.clock.monotonicMs();
    this.makeRoom(now);
    const begun = { count: 0, endsAtMs: now + WINDOW_MS };
    this.counts.set(key, begun);
    return begun;
  }

  /** Windows end in the order they began, which is the order of the map. */
  private makeRoom(now: number): void {
    for (const [key, { endsAtMs }] of this.counts) {
      if (endsAtMs > now && this.counts.size < this.keysMax) return;
      this.counts.delete(key);
    }
  }
}
