/** Places of a lane. */
export interface LanePlaces {
  /** Deliveries that are on their way at a time. */
  readonly running: number;
  /** Those that may wait for these. Each holds one of the places of the process. */
  readonly waiting: number;
}

/** What the guarded HTTP client lets one host have (OUT-4), and a few more. */
const PLACES_OF_A_RECEIVER: LanePlaces = { running: 2, waiting: 6 };

interface Lane {
  running: number;
  /** Somebody was turned away. */
  crowded: boolean;
  readonly waiting: ((turn: boolean) => void)[];
}

/**
 * Keeps receivers apart (F15): whoever is slow has a few places of the process and no more. Who finds a lane full is turned
 * away, because the row stays due; when the lane has room again, it is asked for what is due.
 */
export class Lanes {
  private readonly lanes = new Map<string, Lane>();
  private closed = false;

  /** @param roomAgain called when a lane that turned somebody away has room. */
  constructor(
    private readonly roomAgain: (lane: string) => void,
    private readonly places: LanePlaces = PLACES_OF_A_RECEIVER,
  ) {}

  /** Does the work when it is its turn. False when the lane was full and nothing was done. */
  async run(name: string, work: () => Promise<void>): Promise<boolean> {
    if (this.closed) return false;
    const lane = this.lanes.get(name) ?? { running: 0, crowded: false, waiting: [] };
    this.lanes.set(name, lane);
    if (lane.running < this.places.running) {
      lane.running += 1;
    } else if (lane.waiting.length < this.places.waiting) {
      if (!(await new Promise<boolean>((resolve) => lane.waiting.push(resolve)))) return false;
    } else {
      lane.crowded = true;
      return false;
    }
    try {
      await work();
    } finally {
      this.leave(name, lane);
    }
    return true;
  }

  /** Turns away whoever waits, and everybody from now on; what runs goes on. */
  close(): void {
    this.closed = true;
    for (const lane of this.lanes.values()) for (const turn of lane.waiting.splice(0)) turn(false);
  }

  /** Lanes that are in use; for the bound on memory. */
  get inUse(): number {
    return this.lanes.size;
  }

  private leave(name: string, lane: Lane): void {
    const next = lane.waiting.shift();
    // The place changes hands.
    if (next !== undefined) next(true);
    else lane.running -= 1;
    if (lane.running === 0) this.lanes.delete(name);
    if (!lane.crowded || this.closed || lane.waiting.length > 0) return;
    lane.crowded = false;
    this.roomAgain(name);
  }
}
