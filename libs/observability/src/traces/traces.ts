import { AsyncLocalStorage } from 'node:async_hooks';
import type { Span, SpanFacts, SpanKind, SpanSource } from './span.js';
import { isChosen, isSampled } from './traceparent.js';

/** Work under way that is recorded. What outlives it finds it closed, and begins nothing below it. */
export interface Unit {
  readonly span: Span;
  open: boolean;
}

/**
 * The spans of a process: what the boundaries it has with others call. Off, which it is until {@link switchOn}, each of these calls
 * is one comparison and nothing is loaded. On, the same is true for every request that is not recorded: which trace is under way is
 * followed through promises only while one is, because following costs each promise of the process something.
 */
export class Traces {
  private readonly following = new AsyncLocalStorage<Unit>();
  private source: SpanSource | null = null;
  private ratio = 0;
  private underWay = 0;

  /** @param ratio share of the traces beginning here that are recorded, from 0 to 1. */
  switchOn(source: SpanSource, ratio: number): void {
    this.source = source;
    this.ratio = ratio;
  }

  switchOff(): void {
    this.source = null;
    this.following.disable();
  }

  get on(): boolean {
    return this.source !== null;
  }

  /** Whether {@link begin} would record: ask first where a name has to be put together. */
  chooses(minted: string, continued: string | null): boolean {
    return this.source !== null && (continued === null ? isChosen(minted, this.ratio) : isSampled(continued));
  }

  /** Whether {@link continue} or {@link call} may record, on the path of everything that is not recorded. */
  follows(parent: string): boolean {
    return this.source !== null && (this.underWay > 0 || isSampled(parent));
  }

  /**
   * A trace that begins in this process, or that a trusted caller began: then the caller has decided whether it is recorded, and here
   * its own chance does. Null when it is not.
   *
   * @param minted traceparent made for this work, with random ids.
   */
  begin(kind: SpanKind, name: string, minted: string, facts: SpanFacts, continued: string | null = null): Span | null {
    return this.source === null || !this.chooses(minted, continued) ? null : this.source.begin(kind, name, continued, facts);
  }

  /** Part of what another process, or another place of this one, said it is part of. Null when that is not recorded. */
  continue(kind: SpanKind, name: string, parent: string, facts: SpanFacts): Span | null {
    return this.source === null || !isSampled(parent) ? null : this.source.begin(kind, name, parent, facts);
  }

  /** A call to another process: part of what is under way here, or else of what its context says. */
  call(name: string, parent: string, facts: SpanFacts): Span | null {
    if (this.source === null) return null;
    const span = this.current()?.span;
    return span === undefined ? this.continue('client', name, parent, facts) : this.source.begin('client', name, span.traceparent, facts);
  }

  /** Part of what is under way here. Null when nothing is recorded. */
  child(kind: SpanKind, name: string, facts: SpanFacts): Span | null {
    if (this.source === null) return null;
    const parent = this.current()?.span.traceparent;
    return parent === undefined ? null : this.source.begin(kind, name, parent, facts);
  }

  /** Does work so that what it begins is part of the span; without one, simply does it. */
  async within<Result>(span: Span | null, work: () => Promise<Result>): Promise<Result> {
    if (span === null) return work();
    const unit: Unit = { span, open: true };
    this.underWay += 1;
    try {
      return await this.following.run(unit, work);
    } finally {
      unit.open = false;
      this.underWay -= 1;
      if (this.underWay === 0) this.following.disable();
    }
  }

  /** Work that several may do together, on behalf of the first of them that is recorded: call it when one joins, run it with the answer. */
  joined(known: Joined): Joined {
    return this.source === null ? null : (known ?? this.current() ?? null);
  }

  /** Does what was joined. */
  onBehalf<Result>(joined: Joined, work: () => Result): Result {
    return joined === null || !joined.open ? work() : this.following.run(joined, work);
  }

  private current(): Unit | undefined {
    if (this.underWay === 0) return undefined;
    const unit = this.following.getStore();
    return unit?.open === true ? unit : undefined;
  }
}

/** On whose behalf common work is done; null while nobody's is recorded. */
export type Joined = Unit | null;

/** The spans of this process. Boundaries are everywhere and the process is one, so it is not handed through every constructor. */
export const traces = new Traces();
