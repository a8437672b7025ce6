/** Latencies of a run in milliseconds, all of them: percentiles are read from the sorted values, nothing is rounded into classes. */
export class Latencies {
  constructor() {
    this.values = new Float64Array(65_536);
    this.count = 0;
  }

  add(ms) {
    if (this.count === this.values.length) {
      const larger = new Float64Array(this.values.length * 2);
      larger.set(this.values);
      this.values = larger;
    }
    this.values[this.count] = ms;
    this.count += 1;
  }

  /** `{ p50, p95, p99, max }` in milliseconds; null without values. */
  summary() {
    if (this.count === 0) return null;
    const sorted = this.values.subarray(0, this.count).sort();
    const at = (share) => sorted[Math.min(this.count - 1, Math.ceil(share * this.count) - 1)];
    return { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: sorted[this.count - 1] };
  }
}
