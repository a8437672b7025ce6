import { sign } from 'node:crypto';
import { freshKeyPairSync } from '@tessera/jose/key-pair';
import type { TlsIdentity } from './http-server.js';

/** DER (X.690): tag, length, content. */
function der(tag: number, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  const length = content.length < 0x80 ? [content.length] : content.length < 0x100 ? [0x81, content.length] : [0x82, content.length >> 8, content.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}

const sequence = (...contents: Buffer[]) => der(0x30, ...contents);
const SHA256_WITH_RSA = sequence(der(0x06, Buffer.from('2a864886f70d01010b', 'hex')), der(0x05));
const COMMON_NAME = der(0x06, Buffer.from('550403', 'hex'));
const VALIDITY = sequence(der(0x17, Buffer.from('200101000000Z')), der(0x17, Buffer.from('490101000000Z')));

/** A self-signed RSA certificate for `as.example.com` (RFC 5280 §4.1), made anew so that no private key lies in the repository. */
export function selfSignedIdentity(): TlsIdentity {
  const { publicKey, privateKey } = freshKeyPairSync('rsa', { modulusLength: 2048 });
  const name = sequence(der(0x31, sequence(COMMON_NAME, der(0x0c, Buffer.from('as.example.com')))));
  const toSign = sequence(
    der(0x02, Buffer.from([1])),
    SHA256_WITH_RSA,
    name,
    VALIDITY,
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
  );
  const certificate = sequence(toSign, SHA256_WITH_RSA, der(0x03, Buffer.from([0]), sign('sha256', toSign, privateKey)));
  return {
    certificate: `-----BEGIN CERTIFICATE-----\n${certificate.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`,
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}
