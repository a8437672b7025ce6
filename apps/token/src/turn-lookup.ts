import { type QueryRunner, TurnBatch } from '@tessera/database';
import { z } from 'zod';

/** Rows of one statement. */
const ROWS_MAX = 100;

const Placed = z.looseObject({ place: z.number().int().positive() });

/**
 * Looks rows up. What one turn of the event loop asks for is one statement, because a round trip costs more than a row; a turn
 * that asks for one row uses the statement for one, whose plan is the cheapest.
 */
export class TurnLookup<Item> {
  private readonly turn: TurnBatch<Item, unknown>;

  /**
   * @param statements `one` takes the columns of an item; `many` takes an array for each column and answers with rows that have
   * the `place` of their item, counted from 1. The two have the same conditions.
   */
  constructor(
    private readonly queries: QueryRunner,
    private readonly statements: { readonly one: string; readonly many: string },
    private readonly columns: (item: Item) => readonly unknown[],
  ) {
    this.turn = new TurnBatch((items) => this.findAll(items), ROWS_MAX);
  }

  /** The row of an item; null when there is none. @throws {Outage} */
  find(item: Item): Promise<unknown> {
    return this.turn.add(item);
  }

  private async findAll(items: readonly Item[]): Promise<readonly unknown[]> {
    const all = items.map((item) => this.columns(item));
    const [first] = all;
    if (first === undefined) return [];
    if (all.length === 1) return [(await this.queries.run(this.statements.one, first))[0] ?? null];
    const arrays = first.map((_column, index) => all.map((columns) => columns[index]));
    const rows = await this.queries.run(this.statements.many, arrays);
    const found: unknown[] = items.map(() => null);
    for (const row of rows) found[Placed.parse(row).place - 1] = row;
    return found;
  }
}
