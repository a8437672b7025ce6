import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Children, stopLeftovers } from './children.mjs';
import { DataDirectory } from './data-directory.mjs';
import { isInstalled } from './installation.mjs';
import { chooseIssuer } from './issuer.mjs';
import { choosePlayground, playgroundProcess } from './playground.mjs';
import { isPortFree } from './ports.mjs';
import { isAlive, processStart } from './process-table.mjs';
import { until } from './waiting.mjs';

let directory: string;
let data: InstanceType<typeof DataDirectory>;

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'tessera-launcher-'));
  data = new DataDirectory(directory).open();
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const childrenOf = () => new Children({ runDirectory: data.path('run'), logDirectory: data.path('logs') });
const endedPid = async () => {
  const child = spawn('true');
  await once(child, 'exit');
  return child.pid;
};

describe('Ours: one launcher at a time has a data directory', () => {
  it('a second one is told which process has it', () => {
    data.lock();
    expect(() => new DataDirectory(directory).lock()).toThrow(new RegExp(`another launcher \\(process ${process.pid}\\)`));
    data.unlock();
    expect(() => new DataDirectory(directory).lock()).not.toThrow();
  });

  it('the lock of a launcher that is gone is taken over, also when its number lives again', async () => {
    writeFileSync(data.path('launcher.lock'), JSON.stringify({ pid: await endedPid(), start: '1' }));
    expect(() => data.lock()).not.toThrow();
    writeFileSync(data.path('launcher.lock'), JSON.stringify({ pid: process.pid, start: 'another time' }));
    expect(() => data.lock()).not.toThrow();
  });

  it('a half-written lock is no lock', () => {
    writeFileSync(data.path('launcher.lock'), '{"pid"');
    expect(() => data.lock()).not.toThrow();
  });

  it('--fresh removes what the launcher made and nothing else', () => {
    for (const name of ['identities', 'redis', 'mine']) mkdirSync(data.path(name));
    data.clear({ keepIdentities: false });
    expect(readdirSync(directory).sort()).toEqual(['logs', 'mine', 'run']);
  });

  it('--fresh keeps the identities that a bus of somebody else knows', () => {
    mkdirSync(data.path('identities'));
    data.clear({ keepIdentities: true });
    expect(existsSync(data.path('identities'))).toBe(true);
  });
});

describe("Ours: PostgreSQL's files outside a home its user cannot enter", () => {
  const outside = (keep = false) => new DataDirectory(directory).outsideHome({ keep });

  it('are found again by the directory they were made for', () => {
    const made = outside(true);
    expect([outside(true), outside()]).toEqual([made, made]);
  });

  it('are not found by a directory made anew at the same path, whose passwords do not open them', () => {
    const made = outside(true);
    rmSync(directory, { recursive: true });
    new DataDirectory(directory).open();
    expect(outside(true)).not.toBe(made);
  });

  it('stay where they are for a directory that was used before this was so', () => {
    writeFileSync(data.path('demo.json'), '{}');
    expect(path.basename(outside(true))).toMatch(/^[0-9a-f]{12}$/);
  });
});

describe('Ours: nothing the launcher started outlives it', () => {
  it('stopAll ends all, and nothing starts afterwards', async () => {
    const children = childrenOf();
    const one = children.start('one', 'sleep', ['60']);
    await children.stopAll();
    expect([one.alive, readdirSync(data.path('run'))]).toEqual([false, []]);
    expect(() => children.start('two', 'sleep', ['60'])).toThrow('stopped before it was ready');
  });

  it('a suspended process is woken to end', async () => {
    const children = childrenOf();
    const one = children.start('one', 'sleep', ['60']);
    one.kill('SIGSTOP');
    expect(await one.stop()).toEqual({ code: null, signal: 'SIGTERM' });
    await children.stopAll();
  });

  it('a killed launcher: the warden ends its children', async () => {
    const script = `import { Children } from ${JSON.stringify(path.join(import.meta.dirname, 'children.mjs'))};
      const one = new Children({ runDirectory: ${JSON.stringify(data.path('run'))}, logDirectory: ${JSON.stringify(data.path('logs'))} }).start('one', 'sleep', ['60']);
      console.log(one.pid);`;
    const launcher = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = await once(launcher.stdout, 'data');
    const [pid, start] = [Number(line), processStart(Number(line))];
    launcher.kill('SIGKILL');
    expect(await until(() => !isAlive(pid, start), { timeoutMs: 10_000 })).toBe(true);
  });

  it('what is left all the same is stopped by the next start, and only that', async () => {
    const [left, foreign] = [spawn('sleep', ['60']), spawn('sleep', ['60'])];
    const ended = once(left, 'exit');
    const gone = await endedPid();
    writeFileSync(
      data.path('run', `children.${gone}.x`),
      `${left.pid} TERM ${processStart(left.pid ?? 0)} redis\n${foreign.pid} TERM 1 nats\n`,
    );
    expect(await stopLeftovers(data.path('run'))).toEqual(['redis']);
    await ended;
    expect([foreign.exitCode, readdirSync(data.path('run'))]).toEqual([null, []]);
    foreign.kill();
  });

  it('a program that is not there is a failure, not a crash', async () => {
    const children = childrenOf();
    const one = children.start('one', '/no/such/program', []);
    await one.ended;
    expect([one.alive, one.failure]).toEqual([false, expect.stringContaining('ENOENT')]);
    await children.stopAll();
  });

  it('its log is readable by its owner only, and the one before is kept', async () => {
    const children = childrenOf();
    await children.start('one', 'echo', ['first']).ended;
    const second = children.start('one', 'echo', ['second']);
    await second.ended;
    expect([second.lastLines(), existsSync(`${second.logFile}.1`), statSync(second.logFile).mode & 0o777]).toEqual([
      ['second'],
      true,
      0o600,
    ]);
    await children.stopAll();
  });
});

describe('Ours: the issuer is http://localhost:3000 unless taken or configured', () => {
  it('a configured port that is taken is refused by name', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    await expect(chooseIssuer({ env: { PORT: String(port) } })).rejects.toThrow(new RegExp(`port ${port} is taken`));
    await expect(chooseIssuer({ env: { TESSERA_ISSUER: `http://localhost:${port}` } })).rejects.toThrow(/is taken/);
    expect(await isPortFree(port)).toBe(false);
    server.close();
    await once(server, 'close');
    expect(await chooseIssuer({ env: { PORT: String(port) } })).toEqual({ port, issuer: `http://localhost:${port}` });
  });

  it('an issuer behind a proxy names no port of ours', async () => {
    const { issuer, port } = await chooseIssuer({ env: { TESSERA_ISSUER: 'https://login.example.com' }, anyPort: true });
    expect(issuer).toBe('https://login.example.com');
    expect(port).toBeGreaterThan(1024);
  });

  it.each([[{ PORT: '0' }], [{ PORT: 'http' }], [{ TESSERA_ISSUER: 'localhost' }]])('%j is refused', async (env) => {
    await expect(chooseIssuer({ env, anyPort: true })).rejects.toThrow(/PORT is|TESSERA_ISSUER is/);
  });
});

describe('Ours: the playground is at http://127.0.0.1:3001 unless taken or configured', () => {
  it('a configured port that is taken is refused by name', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    await expect(choosePlayground({ env: { PLAYGROUND_PORT: String(port) }, gatewayPort: 3000 })).rejects.toThrow(new RegExp(`port ${port} is taken`));
    server.close();
    await once(server, 'close');
    expect(await choosePlayground({ env: { PLAYGROUND_PORT: String(port) }, gatewayPort: 3000 })).toEqual({ port, origin: `http://127.0.0.1:${port}` });
    await expect(choosePlayground({ env: { PLAYGROUND_PORT: String(port) }, gatewayPort: port })).rejects.toThrow(/is taken/);
  });

  it('trusts the certificate of an https listener beside the authorities it was told', () => {
    const certificate = (name: string) => `-----BEGIN CERTIFICATE-----\n${name}\n-----END CERTIFICATE-----`;
    const [authorities, listener] = [path.join(directory, 'authorities.pem'), path.join(directory, 'listener.pem')];
    writeFileSync(authorities, `# an authority\n${certificate('AAAA')}\n`);
    writeFileSync(listener, `${certificate('BBBB')}\n${certificate('CCCC')}\n`);
    const told = (env: Record<string, string>) =>
      playgroundProcess({ root: '/', data, children: null, issuer: '', playground: { port: 1, origin: '' }, env, onDeath: null }).env.NODE_EXTRA_CA_CERTS;
    const file = told({ NODE_EXTRA_CA_CERTS: authorities, TLS_CERTIFICATE_FILE: listener });
    expect(readFileSync(file, 'utf8')).toBe(`${['AAAA', 'BBBB', 'CCCC'].map(certificate).join('\n')}\n`);
    expect([told({ NODE_EXTRA_CA_CERTS: authorities }), told({})]).toEqual([authorities, undefined]);
  });

  it('never takes the port of the gateway, and says the origin it was told', async () => {
    expect((await choosePlayground({ env: {}, gatewayPort: 3001 })).port).not.toBe(3001);
    expect(await choosePlayground({ env: { PLAYGROUND_ORIGIN: 'https://play.example.com' }, gatewayPort: 3000, anyPort: true })).toMatchObject({ origin: 'https://play.example.com' });
  });
});

describe('Ours: npm ci runs only when node_modules differ from the lock file', () => {
  const write = (name: string, packages: Record<string, unknown>) => {
    mkdirSync(path.join(directory, 'node_modules'), { recursive: true });
    writeFileSync(path.join(directory, name), JSON.stringify({ packages }));
  };

  it.each<[string, Record<string, unknown>, boolean]>([
    ['the same', { 'node_modules/a': { version: '1.0.0' } }, true],
    ['another version', { 'node_modules/a': { version: '1.0.1' } }, false],
    ['a missing package', {}, false],
  ])('%s', (_case, present, installed) => {
    write('package-lock.json', {
      '': {},
      'libs/own': { version: '0.1.0' },
      'node_modules/a': { version: '1.0.0' },
      'node_modules/a-darwin': { version: '1.0.0', optional: true },
    });
    write('node_modules/.package-lock.json', present);
    expect(isInstalled(directory)).toBe(installed);
  });

  it('nothing installed at all', () => {
    expect(isInstalled(directory)).toBe(false);
  });
});
