/** What an unlisted label value is counted as. */
const OTHER = 'other';

/** Values a label may have, by label. */
export type LabelValues<Label extends string> = Readonly<Record<Label, readonly string[]>>;

/**
 * A counter for the path of every request. Its label values are listed where it is made, and anything else counts as `other`: what a
 * client writes can never add a series (SEC-5). An addition is one number in an array; names are only put to it when somebody looks.
 */
export class Tally<Label extends string> {
  private readonly labels: readonly { readonly name: Label; readonly values: readonly string[]; readonly places: ReadonlyMap<string, number> }[];
  private readonly counts: Float64Array;

  constructor(values: LabelValues<Label>, names: readonly Label[]) {
    this.labels = names.map((name) => {
      const listed = [...new Set([...values[name], OTHER])];
      return { name, values: listed, places: new Map(listed.map((value, place) => [value, place])) };
    });
    this.counts = new Float64Array(this.labels.reduce((product, { values: listed }) => product * listed.length, 1));
  }

  /** Counts one; the values in the order of the labels. */
  add(first: string, second: string = OTHER): void {
    const [one, two] = this.labels;
    let place = placeOf(one, first);
    if (two !== undefined) place = place * two.values.length + placeOf(two, second);
    this.counts[place] = (this.counts[place] ?? 0) + 1;
  }

  /** What was counted since it was last asked, without what was not. */
  take(each: (labels: Partial<Record<Label, string>>, count: number) => void): void {
    this.counts.forEach((count, place) => {
      if (count === 0) return;
      this.counts[place] = 0;
      each(this.labelsAt(place), count);
    });
  }

  private labelsAt(place: number): Partial<Record<Label, string>> {
    const labels: Partial<Record<Label, string>> = {};
    let rest = place;
    for (const { name, values } of [...this.labels].reverse()) {
      labels[name] = values[rest % values.length] ?? OTHER;
      rest = Math.floor(rest / values.length);
    }
    return labels;
  }
}

function placeOf(label: { readonly values: readonly string[]; readonly places: ReadonlyMap<string, number> } | undefined, value: string): number {
  if (label === undefined) return 0;
  // The last place is that of `other`.
  return label.places.get(value) ?? label.values.length - 1;
}
