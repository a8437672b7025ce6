import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { billOfMaterials } from '../../tools/images/bill-of-materials.mjs';
import { importedPackages, packageClosure, packageOf, workspaceClosure } from '../../tools/images/packages.mjs';
import { prune } from '../../tools/images/prune.mjs';
import { TARGETS } from '../../tools/images/targets.mjs';
import { ROOT } from './manifests.js';

const dockerfile = readFileSync(path.join(ROOT, 'Dockerfile'), 'utf8');
const ignore = readFileSync(path.join(ROOT, '.dockerignore'), 'utf8').split('\n');
const instructions = dockerfile.replace(/\\\n/g, ' ').split('\n').filter((line) => /^[A-Z]/.test(line));

describe('Ours: the Dockerfile', () => {
  it('has a target for every image, made of what prune leaves for it', () => {
    for (const [target, { main }] of Object.entries(TARGETS)) {
      expect(instructions).toContainEqual(expect.stringMatching(new RegExp(`^FROM (runtime|service) AS ${target}$`)));
      expect(instructions).toContain(`COPY --from=build /out/${target} /app`);
      expect(instructions.some((line) => /^(CMD|ENTRYPOINT)/.test(line) && line.includes(main))).toBe(true);
    }
  });

  it('K8S-7 takes its bases by digest, and lets both be replaced', () => {
    const bases = instructions.filter((line) => /^ARG (BUILD|RUNTIME)_IMAGE=/.test(line));
    expect(bases).toHaveLength(2);
    for (const base of bases) expect(base).toMatch(/@sha256:[0-9a-f]{64}$/);
    expect(instructions.filter((line) => /^FROM \S+[:@]/.test(line))).toEqual([]);
  });

  it('needs no builder newer than the classic one, and no shell in what it makes', () => {
    expect(dockerfile).not.toMatch(/^# syntax=|--mount=|<<|COPY --link|--parents/m);
    const final = dockerfile.slice(dockerfile.indexOf('AS runtime'));
    expect(final).not.toMatch(/^RUN /m);
    for (const [, form] of final.matchAll(/^(?:CMD|ENTRYPOINT|HEALTHCHECK .*CMD) (.+)$/gm)) expect(form).toMatch(/^\[".*"\]$/);
  });

  it('K8S-1 runs as nobody, and tells health without a shell', () => {
    expect(instructions).toContain('USER 65532:65532');
    expect(instructions.filter((line) => line.startsWith('USER'))).toHaveLength(1);
    expect(dockerfile).toMatch(/HEALTHCHECK .*CMD \["\/nodejs\/bin\/node", "\/app\/tools\/images\/health-check\.mjs"\]/);
  });

  it('is given sources only: no secret, no build of this machine', () => {
    expect(ignore.find((line) => line !== '' && !line.startsWith('#'))).toBe('*');
    for (const left of ['**/node_modules', '**/dist', '**/.data', '**/generated']) expect(ignore).toContain(left);
    expect(ignore.filter((line) => /^!.*(\.data|\.env|\.git)/.test(line))).toEqual([]);
  });
});

describe('Ours: what an image holds', () => {
  let root: string;
  const write = (file: string, text: string) => {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), text);
  };
  const manifest = (file: string, members: object) => write(`${file}/package.json`, JSON.stringify({ version: '1.0.0', license: 'MIT', ...members }));

  beforeEach(() => {
    root = mkdtempSync(path.join(os.tmpdir(), 'tessera-prune-'));
    manifest('.', { name: 'tessera', version: '9.9.9' });
    manifest('apps/token', { name: '@tessera/token', dependencies: { '@tessera/tea': '*' } });
    manifest('libs/tea', { name: '@tessera/tea', dependencies: {} });
    manifest('libs/unused', { name: '@tessera/unused' });
    write('apps/token/dist/main.js', `import 'node:fs';\nimport { a } from '@tessera/tea';\nexport { b } from "./other.js";\n`);
    write('apps/token/dist/main.js.map', '{}');
    write('libs/tea/dist/index.js', `const kettle = await import('@scope/kettle/deep');\nimport pot from 'pot';\n`);
    manifest('node_modules/pot', { name: 'pot', dependencies: { lid: '*' }, optionalDependencies: { absent: '*' }, peerDependencies: { peer: '*', never: '*' }, peerDependenciesMeta: { never: { optional: true } } });
    write('node_modules/pot/index.js', '');
    write('node_modules/pot/index.d.ts', '');
    write('node_modules/pot/README.md', '');
    write('node_modules/pot/test/index.js', '');
    manifest('node_modules/pot/node_modules/lid', { name: 'lid', version: '2.0.0' });
    manifest('node_modules/lid', { name: 'lid' });
    manifest('node_modules/peer', { name: 'peer' });
    manifest('node_modules/never', { name: 'never' });
    manifest('node_modules/@scope/kettle', { name: '@scope/kettle', license: { type: 'ISC' } });
    write('prisma/queries/token/x.sql', 'SELECT 1');
    write('tools/images/health-check.mjs', '');
    mkdirSync(path.join(root, 'node_modules/@tessera'));
    symlinkSync('../../libs/tea', path.join(root, 'node_modules/@tessera/tea'));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it('follows imports to packages, and packages to what they need where Node.js finds it', () => {
    expect(packageOf('@scope/kettle/deep')).toBe('@scope/kettle');
    expect([packageOf('./x.js'), packageOf('node:fs'), packageOf('fs'), packageOf('#inner'), packageOf(' : ')]).toEqual([null, null, null, null, null]);
    expect(workspaceClosure(root, 'apps/token')).toEqual(['libs/tea']);
    expect(importedPackages([path.join(root, 'libs/tea/dist')])).toEqual(['@scope/kettle', 'pot']);
    const packages = packageClosure(root, ['@scope/kettle', 'pot']);
    expect([...packages.keys()].map((at) => path.relative(root, String(at)))).toEqual(['node_modules/@scope/kettle', 'node_modules/peer', 'node_modules/pot', 'node_modules/pot/node_modules/lid']);
  });

  it('says which package is missing, instead of making an image that does not start', () => {
    expect(() => packageClosure(root, ['teapot'])).toThrow('teapot, which the workspace needs, is not installed: run npm ci');
  });

  it('is the code, the packages and the bill of materials; the same bytes each time', () => {
    const out = path.join(root, 'out');
    prune('token', out, root);
    const has = (file: string) => existsSync(path.join(out, file));
    for (const file of ['apps/token/dist/main.js', 'libs/tea/dist/index.js', 'node_modules/@tessera/tea/dist/index.js', 'node_modules/pot/index.js', 'node_modules/pot/node_modules/lid/package.json', 'prisma/queries/token/x.sql', 'tools/images/health-check.mjs'])
      expect([file, has(file)]).toEqual([file, true]);
    for (const file of ['apps/token/dist/main.js.map', 'libs/unused', 'node_modules/never', 'node_modules/lid', 'node_modules/pot/index.d.ts', 'node_modules/pot/README.md', 'node_modules/pot/test'])
      expect([file, has(file)]).toEqual([file, false]);
    const first = readFileSync(path.join(out, 'sbom.cdx.json'), 'utf8');
    prune('token', out, root);
    expect(readFileSync(path.join(out, 'sbom.cdx.json'), 'utf8')).toBe(first);
    expect(JSON.parse(first)).toMatchObject({ bomFormat: 'CycloneDX', metadata: { component: { name: 'tessera-token', version: '9.9.9' } } });
  });

  it('lists two copies of a package as two components, each with its version and licence', () => {
    const packages = packageClosure(root, ['pot', 'lid', '@scope/kettle']);
    const { components } = billOfMaterials({ name: 'x', version: '1', packages });
    expect(components.map(({ purl }) => purl)).toEqual(['pkg:npm/%40scope/kettle@1.0.0', 'pkg:npm/lid@1.0.0', 'pkg:npm/peer@1.0.0', 'pkg:npm/pot@1.0.0', 'pkg:npm/lid@2.0.0']);
    expect(new Set(components.map((one: object) => (one as { 'bom-ref': string })['bom-ref'])).size).toBe(components.length);
    expect(components[0]).toMatchObject({ licenses: [{ expression: 'ISC' }] });
  });
});
