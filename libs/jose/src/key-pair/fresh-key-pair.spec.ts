import { spawnSync } from 'node:child_process';
import { sign, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { transformSync } from '@swc/core';
import { freshKeyPair, freshKeyPairSync, type KeyPairKind } from './index.js';

const KINDS: readonly { readonly kind: KeyPairKind }[] = [
  { kind: ['ec', { namedCurve: 'P-256' }] },
  { kind: ['rsa', { modulusLength: 2048 }] },
  { kind: ['ed25519'] },
];

describe.each(KINDS)('a fresh key pair of type $kind.0', ({ kind }) => {
  it.each([
    ['in place', () => Promise.resolve(freshKeyPairSync(...kind))],
    ['off the event loop', () => freshKeyPair(...kind)],
  ])('made %s: the public half verifies what the private half signed, and no other', async (_way, make) => {
    const [pair, other] = [await make(), await make()];
    const algorithm = kind[0] === 'ed25519' ? null : 'sha256';
    const signature = sign(algorithm, Buffer.from('payload'), pair.privateKey);
    expect(verify(algorithm, Buffer.from('payload'), pair.publicKey, signature)).toBe(true);
    expect(verify(algorithm, Buffer.from('payload'), other.publicKey, signature)).toBe(false);
  });
});

describe('the export of a fresh key (decision 40)', () => {
  const source = readFileSync(new URL('./fresh-key-pair.ts', import.meta.url), 'utf8');
  const { code } = transformSync(source, { swcrc: false, jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'es6' } });
  const exporting = `${code}
    for (let round = 0; round < 2_000; round++) {
      const { publicKey } = freshKeyPairSync('ec', { namedCurve: 'P-256' });
      for (let n = 0; n < 40; n++) publicKey.export({ format: 'jwk' });
    }
    console.log('all exported');`;

  it('comes to its end whenever garbage is collected, in a process of its own because a process would stop', () => {
    const { stdout, stderr } = spawnSync(process.execPath, ['--max-semi-space-size=1', '--input-type=module', '-e', exporting], { encoding: 'utf8', timeout: 25_000 });
    expect({ stdout, stderr }).toEqual({ stdout: 'all exported\n', stderr: '' });
  });
});
