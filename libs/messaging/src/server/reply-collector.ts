import type { BusConnection } from '../bus-connection.js';
import { packFrames, type ReplyItem } from '../frame.js';

/** An outcome on its way back, and until when somebody waits for it (`performance.now()`). */
interface ReadyReply {
  readonly item: ReplyItem;
  readonly wantedUntil: number;
}

/**
 * Gathers the outcomes of a turn and answers each frame with whatever is ready: any subset, in any number of frames, never
 * waiting for a batch-mate (decision 12). While the bus is away outcomes are held as long as their caller waits.
 */
export class ReplyCollector {
  private ready = new Map<string, ReadyReply[]>();

  constructor(
    private readonly bus: BusConnection,
    /** Tells of an outcome that cannot be encoded or sent and answers what goes out in its stead. */
    private readonly unsendable: (item: ReplyItem, error: unknown) => ReplyItem,
  ) {}

  add(reply: string, item: ReplyItem, wantedUntil: number): void {
    const entry = { item, wantedUntil };
    const gathered = this.ready.get(reply);
    if (gathered === undefined) this.ready.set(reply, [entry]);
    else gathered.push(entry);
  }

  /** Sends what is ready; without a connection only forgets what nobody waits for any more. */
  flush(): void {
    if (this.ready.size === 0) return;
    if (!this.bus.connected) {
      this.forgetUnwanted();
      return;
    }
    const ready = this.ready;
    this.ready = new Map();
    for (const [reply, entries] of ready) this.send(reply, entries.map(({ item }) => item));
  }

  private send(reply: string, items: readonly ReplyItem[]): void {
    const replaced: ReplyItem[] = [];
    const frames = packFrames(items, (item, error) => replaced.push(this.unsendable(item, error)));
    for (const { items: packed, payload } of frames) {
      try {
        this.bus.send(reply, payload);
      } catch (error) {
        replaced.push(...packed.map((item) => this.unsendable(item, error)));
      }
    }
    // What stands in is an id and an incident, so this ends.
    if (replaced.length > 0 && replaced.length <= items.length) this.sendPlain(reply, replaced);
  }

  private sendPlain(reply: string, items: readonly ReplyItem[]): void {
    for (const { payload } of packFrames(items, () => {})) {
      if (this.bus.connected) this.bus.send(reply, payload);
    }
  }

  private forgetUnwanted(): void {
    const now = performance.now();
    for (const [reply, entries] of this.ready) {
      const wanted = entries.filter(({ wantedUntil }) => wantedUntil > now);
      if (wanted.length > 0) this.ready.set(reply, wanted);
      else this.ready.delete(reply);
    }
  }
}
