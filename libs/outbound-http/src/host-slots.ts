/** Frees a slot; calling it twice is the same as once. */
export type ReleaseSlot = () => void;

interface Slots {
  taken: number;
  readonly waiting: Set<() => void>;
}

/** OUT-4: at most so many exchanges with one host at a time; further ones wait in order, and only so many. */
export class HostSlots {
  private readonly hosts = new Map<string, Slots>();

  constructor(
    private readonly perHost: number,
    private readonly waitingPerHost: number,
  ) {}

  /** Resolves with the way to free the slot, or with null when too many wait already or the signal aborts first. */
  async take(host: string, signal: AbortSignal): Promise<ReleaseSlot | null> {
    const slots = this.hosts.get(host) ?? { taken: 0, waiting: new Set() };
    this.hosts.set(host, slots);
    if (slots.taken >= this.perHost) {
      if (slots.waiting.size >= this.waitingPerHost || signal.aborted) return null;
      if (!(await turn(slots, signal))) return null;
    } else {
      slots.taken += 1;
    }
    let released = false;
    return () => {
      if (!released) this.release(host, slots);
      released = true;
    };
  }

  /** Hosts with a slot taken; for tests of the bound on memory. */
  get hostsInUse(): number {
    return this.hosts.size;
  }

  private release(host: string, slots: Slots): void {
    const [next] = slots.waiting;
    if (next !== undefined) return next(); // the slot changes hands and stays taken
    slots.taken -= 1;
    if (slots.taken === 0) this.hosts.delete(host);
  }
}

function turn(slots: Slots, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const settle = (mine: boolean) => {
      slots.waiting.delete(proceed);
      signal.removeEventListener('abort', giveUp);
      resolve(mine);
    };
    const proceed = () => settle(true);
    const giveUp = () => settle(false);
    slots.waiting.add(proceed);
    signal.addEventListener('abort', giveUp, { once: true });
  });
}
