// The load generator, a process of its own: its work must not be counted as the server's, nor stand in the way of measuring it.
// The parent sends one job; it hears 'measuring' when the warm-up is over and 'done' with the figures.
import { HttpConnection } from './http-connection.mjs';
import { Latencies } from './latencies.mjs';
import { operationSource } from './operations.mjs';
import { UnexpectedAnswer } from './unexpected-answer.mjs';

const SAMPLES_MAX = 200;
const DRAIN_MS_MAX = 10_000;
const SPIN_MS = 2;
/** Assertions are signed for this many times the rate of the warm-up, which runs on a cold server. */
const POOL_FACTOR = 2;
/** So many loopback addresses connections come from, where each person is to have an address of their own. */
const ADDRESSES = 200;

/** One stretch of load: operations of the source on each connection. */
class Stretch {
  constructor(job, source) {
    this.job = job;
    this.source = source;
    this.latencies = new Latencies();
    this.stepLatencies = (source.steps ?? []).map(() => new Latencies());
    this.errors = {};
    this.samples = [];
    this.answers = 0;
    this.out = 0;
    this.resting = 0;
    this.exhausted = new Promise((resolve) => (this.rest = resolve));
    this.connections = Array.from({ length: job.connections }, (_, number) => this.connection(number));
  }

  connection(number) {
    const { host, port, ownAddresses } = this.job;
    const connection = new HttpConnection({
      host,
      port,
      localAddress: ownAddresses ? `127.0.1.${1 + (number % ADDRESSES)}` : undefined,
      onAnswer: (status, body, head) => this.answered(connection, { status, body, head }),
      onFailure: (code) => this.failed(connection, code),
    });
    return Object.assign(connection, { number, intended: 0, operation: null, step: 0, sentAt: 0 });
  }

  async open() {
    await Promise.all(this.connections.map((connection) => connection.open()));
  }

  /** Begins an operation that was due at `intended`; without any left the connection rests. */
  begin(connection, intended) {
    connection.operation = this.source.operation(connection.number);
    if (connection.operation === null) {
      this.resting += 1;
      if (this.resting === this.connections.length) this.rest();
      return;
    }
    connection.intended = intended;
    connection.step = 0;
    this.out += 1;
    this.advance(connection);
  }

  /** Gives the operation its answer and sends what it asks next. */
  advance(connection, answer) {
    let next;
    try {
      next = connection.operation.next(answer);
    } catch (error) {
      if (!(error instanceof UnexpectedAnswer)) throw error;
      this.error(error.message);
      return this.ended(connection);
    }
    if (next.done) {
      if (this.samples.length < SAMPLES_MAX && (this.answers + 1) % this.sampleEvery === 0) this.samples.push(next.value());
      this.ended(connection);
    } else {
      connection.sentAt = performance.now();
      connection.send(next.value);
    }
  }

  answered(connection, answer) {
    if (connection.step < this.stepLatencies.length)
      this.stepLatencies[connection.step].add(performance.now() - connection.sentAt);
    connection.step += 1;
    this.advance(connection, answer);
  }

  ended(connection) {
    this.latencies.add(performance.now() - connection.intended);
    this.answers += 1;
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
      steps: (this.source.steps ?? []).map((name, at) => ({ name, latencyMs: this.stepLatencies[at].summary() })),
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
    for (const connection of this.connections) this.begin(connection, performance.now());
    await this.overAfter(seconds * 1000);
    const elapsed = performance.now() - started;
    const figures = this.answers;
    await this.drained();
    this.close();
    return { ...this.figures(elapsed), perSecond: figures / (elapsed / 1000) };
  }

  /** The time is up, or there is nothing left to ask. */
  async overAfter(ms) {
    let timer;
    await Promise.race([new Promise((resolve) => (timer = setTimeout(resolve, ms))), this.exhausted]);
    clearTimeout(timer);
  }

  idle(connection) {
    const now = performance.now();
    if (now < this.end) this.begin(connection, now);
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
    else this.begin(connection, intended);
  }

  idle(connection) {
    const intended = this.due.shift();
    if (intended === undefined) this.free.push(connection);
    else this.begin(connection, intended);
  }

  async drained() {
    await super.drained();
    if (this.due.length > 0) this.errors.unsent = this.due.length;
  }
}

async function work(job) {
  const source = operationSource(job);
  const loop = () => (job.rate ? new OpenLoop(job, source) : new ClosedLoop(job, source));
  const warm = await loop().run(job.warmupSeconds, Number.POSITIVE_INFINITY);
  const expected = await preparation(source, job, warm);
  await tell({ kind: 'measuring' });
  await new Promise((resolve) => process.once('message', resolve));
  const figures = await loop().run(job.seconds, Math.max(1, Math.floor(expected / SAMPLES_MAX)));
  await tell({ kind: 'done', figures: { ...figures, warmupRequests: warm.requests, warmupErrors: warm.errors } });
}

/** Lets the source make ready what it needs. Returns how many operations the measured stretch will have, about. */
async function preparation(source, job, warm) {
  const expected = warm.perSecond * job.seconds;
  if (source.gather === undefined) {
    source.prepare(Math.ceil(expected * POOL_FACTOR));
    return expected;
  }
  source.stage = 'gathering';
  const { errors } = await new ClosedLoop(job, source).run(source.gather, Number.POSITIVE_INFINITY);
  for (const [kind, count] of Object.entries(errors)) warm.errors[kind] = (warm.errors[kind] ?? 0) + count;
  source.stage = 'measuring';
  return source.ready;
}

const tell = (message) => new Promise((resolve) => process.send(message, resolve));

process.once('message', (job) => {
  work(job).then(
    () => process.disconnect(),
    (error) => tell({ kind: 'failed', message: error.message }).then(() => process.exit(1)),
  );
});
