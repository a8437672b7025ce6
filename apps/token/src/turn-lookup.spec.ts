import { Outage } from '@tessera/vocabulary';
import { TurnLookup } from './turn-lookup.js';

/** A table of names, and what was asked of it. */
function table(names: Record<string, number>) {
  const asked: [string, readonly unknown[]][] = [];
  const run = (statement: string, params: readonly unknown[]) => {
    asked.push([statement, params]);
    if (statement === 'one') return Promise.resolve(names[String(params[0])] === undefined ? [] : [{ age: names[String(params[0])] }]);
    const [wanted] = params as readonly (readonly string[])[];
    const rows = (wanted ?? []).flatMap((name, index) => (names[name] === undefined ? [] : [{ place: index + 1, age: names[name] }]));
    return Promise.resolve(rows.reverse());
  };
  return { asked, lookup: new TurnLookup<string>({ run }, { one: 'one', many: 'many' }, (name) => [name, name.length]) };
}

describe('Ours: rows that are asked for in one turn of the event loop', () => {
  it('are one statement, and each caller gets the row of its own item (I8)', async () => {
    const { lookup, asked } = table({ anna: 1, carl: 3 });
    const found = await Promise.all(['anna', 'bert', 'carl', 'anna'].map((name) => lookup.find(name)));
    expect(found).toMatchObject([{ age: 1 }, null as never, { age: 3 }, { age: 1 }]);
    expect(asked).toEqual([['many', [['anna', 'bert', 'carl', 'anna'], [4, 4, 4, 4]]]]);
  });

  it('take the statement for one when there is one', async () => {
    const { lookup, asked } = table({ anna: 1 });
    expect(await lookup.find('anna')).toEqual({ age: 1 });
    expect(await lookup.find('bert')).toBeNull();
    expect(asked).toEqual([['one', ['anna', 4]], ['one', ['bert', 4]]]);
  });

  it('are unknown to all of them when the statement fails', async () => {
    const lookup = new TurnLookup<string>({ run: () => Promise.reject(new Outage('postgresql', 'away')) }, { one: 'one', many: 'many' }, (name) => [name]);
    const outcomes = await Promise.allSettled(['anna', 'bert'].map((name) => lookup.find(name)));
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });
});
