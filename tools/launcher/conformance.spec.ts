import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { keyPairFor } from '../../libs/jose/src/key-pair/testing.js';
import { selfSignedCertificate, serves } from './certificate.mjs';
import { conformanceEnvironment } from './conformance.mjs';
import { DataDirectory } from './data-directory.mjs';
import { parseOptions } from './options.mjs';
import { inheritedEnvironment } from './services.mjs';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'tessera-conformance-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const environment = (env: Readonly<Record<string, string>> = {}): Record<string, string> => conformanceEnvironment(env, new DataDirectory(folder));
const certificateOf = (env: Record<string, string>) => new X509Certificate(readFileSync(env['TLS_CERTIFICATE_FILE'] ?? ''));

describe('Ours: npm start -- --conformance is configuration', () => {
  it('is an option', () => {
    expect([parseOptions([]).conformance, parseOptions(['--conformance']).conformance]).toEqual([false, true]);
  });

  it('sets what anybody may set, and leaves what somebody set', () => {
    const env = environment({ CLIENT_REGISTRATION: 'token', OUTBOUND_ALLOWED_HOSTS: 'suite.example:443' });
    expect(env).toMatchObject({ CLIENT_REGISTRATION: 'token', OUTBOUND_ALLOWED_HOSTS: 'suite.example:443', REQUEST_URI: 'on', REGISTERED_CLIENT_PKCE: 'off' });
  });

  it('reaches the services that read it', () => {
    const env = environment();
    expect(inheritedEnvironment('gateway', env)).toMatchObject({ CLIENT_REGISTRATION: 'open', REQUEST_URI: 'on', TLS_CERTIFICATE_FILE: expect.any(String), SOURCE_REGISTRATIONS_PER_MINUTE: '6000' });
    expect(inheritedEnvironment('authorization', env)).toMatchObject({ CLIENT_REGISTRATION: 'open', REGISTERED_CLIENT_RESPONSE_TYPES: 'all', OUTBOUND_PORTS: '8443' });
    expect(inheritedEnvironment('worker', env)).toMatchObject({ OUTBOUND_ALLOWED_HOSTS: expect.any(String) });
    expect(inheritedEnvironment('token', env)).not.toHaveProperty('CLIENT_REGISTRATION');
  });

  it('makes a certificate for the host of the issuer, keeps it, and makes another for another host', () => {
    const first = certificateOf(environment());
    expect([first.checkHost('localhost'), first.checkIP('127.0.0.1'), first.verify(first.publicKey)]).toEqual(['localhost', '127.0.0.1', true]);
    expect(certificateOf(environment()).fingerprint256).toBe(first.fingerprint256);
    const other = certificateOf(environment({ TESSERA_ISSUER: 'https://op.example:3000' }));
    expect(other.checkHost('op.example')).toBe('op.example');
    expect(statSync(environment()['TLS_PRIVATE_KEY_FILE'] ?? '').mode & 0o077).toBe(0);
  });

  it('makes none where there is one', () => {
    expect(environment({ TLS_CERTIFICATE_FILE: '/etc/tls.pem', TLS_PRIVATE_KEY_FILE: '/etc/key.pem' })).toMatchObject({ TLS_CERTIFICATE_FILE: '/etc/tls.pem' });
  });
});

describe('RFC 5280 §4.1 a certificate for a test', () => {
  it('can be read whatever its length', () => {
    const pair = keyPairFor('RS256');
    for (let length = 1; length <= 48; length += 1) {
      expect(() => new X509Certificate(selfSignedCertificate(['a'.repeat(length)], new Date(), pair).certificate)).not.toThrow();
    }
  });

  it('is another one each time, and does not serve for long', () => {
    const [one, two] = [selfSignedCertificate(['localhost']), selfSignedCertificate(['localhost'])];
    expect(new X509Certificate(one.certificate).serialNumber).not.toBe(new X509Certificate(two.certificate).serialNumber);
    const [now, later] = [new Date(), new Date(Date.now() + 360 * 86_400_000)];
    expect([serves(one.certificate, ['localhost'], now), serves(one.certificate, ['other.example'], now), serves(one.certificate, ['localhost'], later), serves('nothing', [], now)]).toEqual([true, false, false, false]);
  });
});
