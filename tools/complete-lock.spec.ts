import { completeLock, foreignAddresses, platformOf } from './complete-lock.mjs';

const lockOf = (packages: Record<string, unknown>) => ({ name: 'x', lockfileVersion: 3, packages });

describe('Ours: the lock file names the binaries of every platform', () => {
  it.each([
    ['@swc/core-linux-x64-musl', { os: ['linux'], cpu: ['x64'], libc: ['musl'] }],
    ['@unrs/resolver-binding-linux-arm-gnueabihf', { os: ['linux'], cpu: ['arm'], libc: ['glibc'] }],
    ['@swc/core-win32-arm64-msvc', { os: ['win32'], cpu: ['arm64'] }],
    ['@nx/nx-darwin-arm64', { os: ['darwin'], cpu: ['arm64'] }],
    ['@oxc/binding-wasm32-wasi', { cpu: ['wasm32'] }],
    ['left-pad', null],
  ])('%s', (name, platform) => {
    expect(platformOf(name)).toEqual(platform);
  });

  it('adds what is missing, with its exact version, and sorts', () => {
    const { lock, added } = completeLock(
      lockOf({
        '': {},
        'node_modules/z': {
          version: '1.0.0',
          dev: true,
          optionalDependencies: { 'z-darwin-x64': '1.0.0', 'z-linux-x64': '1.0.0' },
        },
        'node_modules/z-linux-x64': { version: '1.0.0' },
      }),
    );
    expect(added).toEqual(['z-darwin-x64@1.0.0']);
    expect(lock.packages['node_modules/z-darwin-x64']).toEqual({
      version: '1.0.0',
      dev: true,
      optional: true,
      os: ['darwin'],
      cpu: ['x64'],
    });
    expect(Object.keys(lock.packages)).toEqual(['', 'node_modules/z', 'node_modules/z-darwin-x64', 'node_modules/z-linux-x64']);
  });

  it('changes nothing the second time', () => {
    const once = completeLock(
      lockOf({ 'node_modules/z': { version: '1.0.0', optionalDependencies: { 'z-darwin-x64': '1.0.0' } } }),
    );
    expect(completeLock(once.lock)).toMatchObject({ added: [], lock: once.lock });
  });

  it('finds a nested binary where Node would, and leaves ranges to npm', () => {
    const nested = {
      'node_modules/a/node_modules/z': { optionalDependencies: { 'z-linux-x64': '1.0.0', 'z-darwin-x64': '^1.0.0' } },
      'node_modules/a/node_modules/z-linux-x64': {},
    };
    expect(completeLock(lockOf(nested)).added).toEqual([]);
  });

  it('reports an optional package that names no platform instead of guessing', () => {
    expect(completeLock(lockOf({ 'node_modules/z': { optionalDependencies: { fsevents: '2.3.3' } } }))).toMatchObject({
      added: [],
      unknown: ['fsevents@2.3.3'],
    });
  });

  it('reports addresses that tie it to one registry', () => {
    const lock = lockOf({
      a: { resolved: 'https://registry.npmjs.org/a/-/a.tgz' },
      b: { resolved: 'https://mirror.example/b.tgz' },
      c: { resolved: 'libs/c' },
    });
    expect(foreignAddresses(lock)).toEqual(['https://mirror.example/b.tgz']);
  });
});
