// The load generator, a process of its own: its work must not be counted as the server's, nor stand in the way of measuring it.
// The parent sends one job; it hears 'measuring' when the warm-up is over and 'done' with the figures.
import { HttpConnection } from './http-connection.mjs';
import { Latencies } from './latencies.mjs';
import { requestSource } from './requests.mjs';

const SAMPLES_MAX = 200;
const DRAIN_MS_MAX = 10_000;
const SPIN_MS = 2;
/** Assertions are signed for this many times the rate of the warm-up, which runs on a cold server. */
const POOL_FACTOR = 2;

/** One stretch of load. `expected` is a text every good answer contains. */
class Stretch {
  constructor(job, source) {
    this.job = job;
    this.source = source;
    this.expected = Buffer.from(job.expected);
    this.latencies = new Latencies();
    this.errors = {};
    this.samples = [];
    this.answers = 0;
    this.out = 0;
    this.connections = Array.from({ length: job.connections }, () => this.connection());
  }

  connection() {
    const connection = new HttpConnection({
      host: this.job.host,
      port: this.job.port,
      onAnswer: (status, body) => this.answered(connection, status, body),
      onFailure: (code) => this.failed(connection, code),
    });
    connection.intended = 0;
    return connection;
  }

  async open() {
    await Promise.all(this.connections.map((connection) => connection.open()));
  }

  send(connection, intended) {
    connection.intended = intended;
    this.out += 1;
    connection.send(this.source.next());
  }

  answered(connection, status, body) {
    this.latencies.add(performance.now() - connection.intended);
    this.answers += 1;
    if (status !== 200) this.error(`status ${status}`);
    else if (body.indexOf(this.expected) < 0) this.error('unexpected body');
    else if (this.samples.length < SAMPLES_MAX && this.answers % this.sampleEvery === 0) this.samples.push(body.toString('utf8'));
    this.out -= 1;
    this.idle(connection);
  }

  failed(connection, code) {
    this.error(code);
    this.out -= 1;
    this.idle(connection);
  }

  error(kind) {
    this.errors[kind] = (this.errors[kind] ?? 0) + 1;
  }

  async drained() {
    const end = performance.now() + DRAIN_MS_MAX;
    while (this.out > 0 && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 5));
    if (this.out > 0) this.errors.unanswered = this.out;
  }

  close() {
    for (const connection of this.connections) connection.close();
  }

  figures(elapsedMs) {
    return {
      requests: this.answers,
      seconds: elapsedMs / 1000,
      perSecond: this.answers / (elapsedMs / 1000),
      latencyMs: this.latencies.summary(),
      errors: this.errors,
      samples: this.samples,
      late: this.source.late ?? 0,
    };
  }
}

/** Each connection asks again as soon as it has its answer: what the server can do at most. */
class ClosedLoop extends Stretch {
  async run(seconds, sampleEvery) {
    this.sampleEvery = sampleEvery;
    await this.open();
    const started = performance.now();
    this.end = started + seconds * 1000;
    for (const connection of this.connections) this.send(connection, performance.now());
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    const elapsed = performance.now() - started;
    const figures = this.answers;
    await this.drained();
    this.close();
    return { ...this.figures(elapsed), perSecond: figures / (elapsed / 1000) };
  }

  idle(connection) {
    const now = performance.now();
    if (now < this.end) this.send(connection, now);
  }
}

/**
 * Requests are due at fixed instants, whether or not the server keeps up. Each latency is counted from the instant it was due, so
 * that a server which stands still is charged with everybody who would have come meanwhile (coordinated omission).
 */
class OpenLoop extends Stretch {
  async run(seconds, sampleEvery) {
    this.sampleEvery = sampleEvery;
    await this.open();
    this.free = [...this.connections];
    this.due = [];
    const interval = 1000 / this.job.rate;
    const total = Math.floor(this.job.rate * seconds);
    const started = performance.now();
    for (let sent = 0; sent < total;) {
      const now = performance.now();
      for (; sent < total && started + sent * interval <= now; sent += 1) this.arrive(started + sent * interval);
      const wait = started + sent * interval - performance.now();
      // A timer is a millisecond late at times: the last stretch before an arrival is waited for by looking.
      await new Promise((resolve) => (wait > SPIN_MS ? setTimeout(resolve, wait - SPIN_MS) : setImmediate(resolve)));
    }
    const elapsed = performance.now() - started;
    await this.drained();
    this.close();
    return this.figures(elapsed);
  }

  arrive(intended) {
    const connection = this.free.pop();
    if (connection === undefined) this.due.push(intended);
    else this.send(connection, intended);
  }

  idle(connection) {
    const intended = this.due.shift();
    if (intended === undefined) this.free.push(connection);
    else this.send(connection, intended);
  }

  async drained() {
    await super.drained();
    if (this.due.length > 0) this.errors.unsent = this.due.length;
  }
}

async function work(job) {
  const source = requestSource(job.request);
  const loop = () => (job.rate ? new OpenLoop(job, source) : new ClosedLoop(job, source));
  const warm = await loop().run(job.warmupSeconds, Number.POSITIVE_INFINITY);
  source.prepare(Math.ceil(warm.perSecond * job.seconds * POOL_FACTOR));
  const sampleEvery = Math.max(1, Math.floor((warm.perSecond * job.seconds) / SAMPLES_MAX));
  await tell({ kind: 'measuring' });
  await new Promise((resolve) => process.once('message', resolve));
  const figures = await loop().run(job.seconds, sampleEvery);
  await tell({ kind: 'done', figures: { ...figures, warmupRequests: warm.requests } });
}

const tell = (message) => new Promise((resolve) => process.send(message, resolve));

process.once('message', (job) => {
  work(job).then(
    () => process.disconnect(),
    (error) => tell({ kind: 'failed', message: error.message }).then(() => process.exit(1)),
  );
});
