import {
  bareFastify,
  passwordHashMicroseconds,
  rsaSignatureMicroseconds,
  signatureMicroseconds,
  storedHashParameters,
} from './limits/limits.mjs';
import { residentBytes } from './measure/processor-time.mjs';
import { openAsked, openPeople } from './people.mjs';
import { limitLines, stretchLines } from './report.mjs';
import { scenariosOf, signInScenariosOf } from './scenarios.mjs';
import { measure } from './stretch.mjs';
import { servicePids } from './subject.mjs';

const IDLE_MS = 60_000;
/** The stretches without a budget are shorter: they show a shape, not a figure to hold. */
const SHORT_SECONDS_MAX = 5;
const OPEN_LOOP_CONNECTIONS = 64;
const PASSWORD_HASH_SECONDS = 4;
const MEGABYTE = 1_000_000;

/** All that one run measures, into `report` and onto the terminal. */
export class Measurement {
  constructor({ subject, database, options, budgets, report }) {
    Object.assign(this, { subject, database, options, budgets, report });
    this.short = { seconds: Math.min(SHORT_SECONDS_MAX, options.seconds), warmup: 1 };
  }

  async run() {
    if (this.options.idle) await this.idle();
    if (['client-credentials', 'all'].includes(this.options.named)) await this.clientCredentials();
    const scenarios = signInScenariosOf(this.options.named);
    if (scenarios.length > 0) await this.people();
    for (const scenario of scenarios) await this.signIn(scenario);
    await this.limits();
  }

  async idle() {
    console.log('\nidle for 60 s');
    await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
    const bytes = servicePids(this.subject.pids()).reduce((sum, pid) => sum + residentBytes(pid), 0);
    this.report.residentMegabytes = bytes / MEGABYTE;
    print([`memory after 60 s idle: ${this.report.residentMegabytes.toFixed(0)} MB in the six processes`]);
  }

  async clientCredentials() {
    const { subject, options, short } = this;
    const scenarios = scenariosOf(subject.demo, options.client);
    for (const scenario of scenarios) await this.stretch(scenario, { label: scenario.title, budgeted: true });
    const [first] = scenarios;
    await this.stretch(first, { ...short, label: `${first.title}, one at a time`, connections: 1 });
    await this.stretch(first, {
      ...short,
      label: `${first.title}, at a given rate`,
      connections: OPEN_LOOP_CONNECTIONS,
      rate: options.rate,
    });
    if (subject.secondToken) {
      await subject.secondToken.start();
      await this.stretch(first, { ...short, label: `${first.title}, two token replicas` });
      await subject.secondToken.stop();
    }
  }

  /** After the idle memory, for their passwords are hashed; what the database had to do for them is nobody's request. */
  async people() {
    this.subject.people = await openPeople(this.subject, this.options.connections);
    await this.database.since();
  }

  /** What hashes passwords is measured between two measurements of the hash, for what it costs changes with the machine's mood. */
  async signIn(scenario) {
    const passwordHashes = [];
    const hash = async () => {
      if (!scenario.hashes) return;
      this.hash ??= await storedHashParameters(this.database.client);
      passwordHashes.push(await passwordHashMicroseconds(this.hash, PASSWORD_HASH_SECONDS));
    };
    await hash();
    const people = scenario.asks ? { people: await openAsked(this.database.client, scenario) } : {};
    const { rate, connections } = scenario;
    const stretch = await this.measured(scenario, { label: scenario.title, budgeted: true, ...people, ...(rate ? { rate, connections } : {}) });
    await hash();
    if (scenario.hashes) {
      this.hash.microseconds = passwordHashes.reduce((sum, one) => sum + one, 0) / passwordHashes.length;
      Object.assign(stretch, { passwordHash: scenario.hashes * this.hash.microseconds, passwordHashes });
    }
    this.record(stretch);
    if (scenario.name === this.options.named && !scenario.asks)
      await this.stretch(scenario, { ...this.short, label: `${scenario.title}, one at a time`, connections: 1 });
  }

  async limits() {
    const limits = {
      bare: await bareFastify({ ...this.options, ...this.short }),
      signature: signatureMicroseconds(),
      rsaSignature: rsaSignatureMicroseconds(),
      ...(this.hash ? { hash: this.hash } : {}),
    };
    this.report.limits = limits;
    print(limitLines(limits));
  }

  measured(scenario, more) {
    const { subject, database, options } = this;
    return measure(scenario, { subject, database, ...options, rate: null, ...more });
  }

  async stretch(scenario, more) {
    this.record(await this.measured(scenario, more));
  }

  record(stretch) {
    this.report.stretches.push(stretch);
    print(stretchLines(stretch, this.budgets));
  }
}

function print(lines) {
  console.log(['', ...lines].join('\n'));
}
