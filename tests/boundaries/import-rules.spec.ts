import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '../..');

interface Violation {
  readonly from: string;
  readonly rule: { readonly name: string };
}

/** One planted violation: the file that breaks the rule, and the files it needs to break it. */
const PLANTED: readonly (readonly [rule: string, from: string, text: string, others: Readonly<Record<string, string>>])[] = [
  ['no-cycles', 'libs/protocol/a/one.ts', "import './two.js';", { 'libs/protocol/a/two.ts': "import './one.js';" }],
  ['protocol-is-pure', 'libs/protocol/a/io.ts', "import { readFileSync } from 'node:fs'; readFileSync('x');", {}],
  ['vocabulary-knows-nobody', 'libs/vocabulary/a.ts', "import '../protocol/b/index.js';", { 'libs/protocol/b/index.ts': 'export {};' }],
  ['features-meet-at-their-index', 'libs/protocol/a/c.ts', "import '../b/inside.js';", { 'libs/protocol/b/inside.ts': 'export {};' }],
  ['testing-is-for-tests', 'libs/database/src/a.ts', "import './testing.js';", { 'libs/database/src/testing.ts': 'export {};' }],
  ['nothing-imports-a-spec', 'libs/database/src/b.ts', "import './b.spec.js';", { 'libs/database/src/b.spec.ts': 'export {};' }],
  ['apps-do-not-import-apps', 'apps/token/src/a.ts', "import '../../gateway/src/x.js';", { 'apps/gateway/src/x.ts': 'export {};' }],
  ['libs-do-not-import-apps', 'libs/database/src/c.ts', "import '../../../apps/gateway/src/x.js';", {}],
  ['signing-needs-a-lease', 'apps/device-ciba/src/a.ts', "import '../../../libs/jose/src/signing/index.js';", { 'libs/jose/src/signing/index.ts': 'export {};' }],
  ['gateway-and-cli-hold-no-key', 'apps/cli/src/a.ts', "import '../../../libs/key-lease/src/index.js';", { 'libs/key-lease/src/index.ts': 'export {};' }],
  ['gateway-decides-nothing', 'apps/gateway/src/d.ts', "import { x } from '../../../libs/protocol/d/index.js'; x();", { 'libs/protocol/d/index.ts': 'export const x = () => 1;' }],
  ['only-the-worker-sends', 'apps/device-ciba/src/main.ts', "import './sending.js';", { 'apps/device-ciba/src/sending.ts': "import '../../../libs/outbound-http/src/index.js';", 'libs/outbound-http/src/index.ts': 'export {};' }],
  ['the-worker-has-no-database', 'apps/device-ciba/src/worker.main.ts', "import './keeping.js';", { 'apps/device-ciba/src/keeping.ts': "import '../../../libs/database/src/g.js';", 'libs/database/src/g.ts': 'export {};' }],
  ['playground-is-a-stranger', 'apps/playground/src/a.ts', "import '../../../libs/protocol/b/index.js';", {}],
  ['nest-stays-at-the-edge', 'libs/database/src/d.ts', "import '@nestjs/common';", {}],
  ['adapters-do-not-meet', 'libs/jose/src/e.ts', "import '../../database/src/f.js';", { 'libs/database/src/f.ts': 'export {};' }],
  ['traces-have-one-maker', 'libs/messaging/src/a.ts', "import '@opentelemetry/api';", {}],
  ['the-sdk-is-loaded-when-asked', 'libs/observability/src/b.ts', "import '@opentelemetry/sdk-trace-node';", {}],
  ['no-dumping-grounds', 'apps/token/src/e.ts', "import './utils.js';", { 'apps/token/src/utils.ts': 'export {};' }],
  ['packages-are-declared', 'apps/token/src/f.ts', "import 'a-package-nobody-installed';", {}],
];

/** What the rules must let pass: the same constructs, used as they are meant. */
const ALLOWED: Readonly<Record<string, string>> = {
  'libs/protocol/e/index.ts': "import { createHash } from 'node:crypto'; export const h = createHash; export type T = 1;",
  'libs/protocol/e/e.spec.ts': "import './testing.js'; import 'node:fs';",
  'libs/protocol/e/testing.ts': 'export {};',
  'apps/gateway/src/types.ts': "import type { T } from '../../../libs/protocol/e/index.js'; export type U = T;",
  'libs/jose/src/seal/index.ts': 'export {};',
  'apps/cli/src/seals.ts': "import '../../../libs/jose/src/seal/index.js';",
};

describe('Ours: each import rule between files catches what it names', () => {
  const tree = mkdtempSync(path.join(tmpdir(), 'import-rules-'));
  let violations: readonly Violation[] = [];

  beforeAll(async () => {
    const files = { ...ALLOWED, ...Object.assign({}, ...PLANTED.map(([, from, text, others]) => ({ [from]: text, ...others }))) };
    for (const [name, text] of Object.entries<string>(files)) {
      mkdirSync(path.dirname(path.join(tree, name)), { recursive: true });
      writeFileSync(path.join(tree, name), `${text}\n`);
    }
    cpSync(path.join(ROOT, '.dependency-cruiser.cjs'), path.join(tree, '.dependency-cruiser.cjs'));
    symlinkSync(path.join(ROOT, 'node_modules'), path.join(tree, 'node_modules'));
    const cruise = path.join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
    const { stdout } = await run(cruise, ['--config', '.dependency-cruiser.cjs', '--output-type', 'json', 'apps', 'libs'], tree);
    const report: { summary: { violations: Violation[] } } = JSON.parse(stdout);
    violations = report.summary.violations;
  }, 60_000);

  afterAll(() => rmSync(tree, { recursive: true, force: true }));

  it.each(PLANTED.map(([rule, from]) => [rule, from]))('%s catches %s', (rule, from) => {
    expect(violations.map((one) => `${one.rule.name} ${one.from}`)).toContain(`${rule} ${from}`);
  });

  it.each(Object.keys(ALLOWED))('lets %s pass', (file) => {
    expect(violations.filter((one) => one.from === file)).toEqual([]);
  });
});

const BOUNDARY = '@nx/enforce-module-boundaries';

describe('Ours: each import rule between projects catches what it names', () => {
  // The rule reads the project graph that Nx keeps; a first run has none yet.
  beforeAll(() => run(path.join(ROOT, 'node_modules/nx/dist/bin/nx.js'), ['show', 'projects'], ROOT), 60_000);

  it.each([
    ['the gateway to the database', 'apps/gateway/src/planted.ts', "import '@tessera/database';", BOUNDARY],
    ['the command line to the database', 'apps/cli/src/planted.ts', "import '@tessera/database';", BOUNDARY],
    ['the playground to the protocol', 'apps/playground/src/planted.ts', "import '@tessera/protocol/edge';", BOUNDARY],
    ['token to outbound HTTP', 'apps/token/src/planted.ts', "import '@tessera/outbound-http';", BOUNDARY],
    ['protocol to messaging', 'libs/protocol/planted.ts', "import '@tessera/messaging';", BOUNDARY],
    ['protocol to Nest', 'libs/protocol/planted.ts', "import '@nestjs/common';", BOUNDARY],
    ['protocol to Prisma', 'libs/protocol/planted.ts', "import '@prisma/client';", BOUNDARY],
    ['protocol to NATS', 'libs/protocol/planted.ts', "import 'nats';", BOUNDARY],
    ['contracts to messaging', 'libs/contracts/planted.ts', "import '@tessera/messaging';", BOUNDARY],
    ['an adapter to messaging', 'libs/jose/src/planted.ts', "import '@tessera/messaging';", BOUNDARY],
    ['messaging to the database', 'libs/messaging/src/planted.ts', "import '@tessera/database';", BOUNDARY],
    ['vocabulary to protocol', 'libs/vocabulary/planted.ts', "import '@tessera/protocol/edge';", BOUNDARY],
    ['protocol to the clock', 'libs/protocol/planted.ts', 'export const now = () => Date.now();', 'no-restricted-globals'],
    ['protocol to randomness', 'libs/protocol/planted.ts', "import { randomBytes } from 'node:crypto'; randomBytes(1);", 'no-restricted-syntax'],
    ['protocol to the environment', 'libs/protocol/planted.ts', 'export const home = process.env;', 'no-restricted-globals'],
    ['anyone to fetch', 'apps/token/src/planted.ts', "export const get = () => fetch('https://example.com');", 'no-restricted-globals'],
    ['anyone to the environment', 'apps/token/src/planted.ts', 'export const home = process.env;', 'no-restricted-properties'],
    ['anyone to a cast', 'apps/token/src/planted.ts', 'export const one = (x: unknown) => x as string;', '@typescript-eslint/consistent-type-assertions'],
  ])('%s', async (_what, file, text, rule) => {
    expect(await lint(file, text)).toContain(rule);
  }, 60_000);

  it('lets a clean file pass', async () => {
    expect(await lint('apps/token/src/planted.ts', "import '@tessera/database';\n")).toEqual([]);
  }, 60_000);
});

async function lint(file: string, text: string): Promise<readonly string[]> {
  const eslint = path.join(ROOT, 'node_modules/eslint/bin/eslint.js');
  const { stdout } = await run(eslint, ['--stdin', '--stdin-filename', path.join(ROOT, file), '--format', 'json'], ROOT, text);
  const report: { messages: { ruleId: string }[] }[] = JSON.parse(stdout);
  return report.flatMap((one) => one.messages.map((message) => message.ruleId));
}

function run(script: string, args: readonly string[], cwd: string, stdin?: string): Promise<{ stdout: string }> {
  return new Promise((resolve) => {
    // A finding is an exit status of 1: the output is what counts.
    const child = execFile(process.execPath, [script, ...args], { cwd, maxBuffer: 64 * 1024 * 1024 }, (_error, stdout) => resolve({ stdout }));
    child.stdin?.end(stdin ?? '');
  });
}
