import { generateKeyPairSync, randomBytes, sign, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';

const DAYS = 365;
const DAY_MS = 86_400_000;

/** DER (X.690): tag, length, content. */
function der(tag, ...contents) {
  const content = Buffer.concat(contents);
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

const sequence = (...contents) => der(0x30, ...contents);
const oid = (hex) => der(0x06, Buffer.from(hex, 'hex'));
const octets = (...contents) => der(0x04, ...contents);
const utcTime = (date) => der(0x17, Buffer.from(`${date.toISOString().replace(/[-:T]/g, '').slice(2, 14)}Z`));

const SHA256_WITH_RSA = sequence(oid('2a864886f70d01010b'), der(0x05));
const [COMMON_NAME, ALTERNATIVE_NAMES, BASIC_CONSTRAINTS] = ['550403', '551d11', '551d13'].map(oid);

/**
 * A self-signed RSA certificate for these hosts (RFC 5280 §4.1), and its key: for a system that is tested, where whoever connects is
 * told to trust exactly this. RSA, because FAPI allows its TLS 1.2 suites.
 */
export function selfSignedCertificate(hosts, now = new Date(), pair = generateKeyPairSync('rsa', { modulusLength: 2048 })) {
  const { publicKey, privateKey } = pair;
  const name = sequence(der(0x31, sequence(COMMON_NAME, der(0x0c, Buffer.from('Tessera, self-signed')))));
  const validity = sequence(utcTime(new Date(now.getTime() - DAY_MS)), utcTime(new Date(now.getTime() + DAYS * DAY_MS)));
  const names = hosts.map((host) => (isIP(host) === 4 ? der(0x87, Buffer.from(host.split('.').map(Number))) : der(0x82, Buffer.from(host))));
  const extensions = sequence(
    sequence(BASIC_CONSTRAINTS, der(0x01, Buffer.from([0xff])), octets(sequence(der(0x01, Buffer.from([0xff]))))),
    sequence(ALTERNATIVE_NAMES, octets(sequence(...names))),
  );
  const toSign = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    // Another one each time, positive, and without leading zeros.
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    SHA256_WITH_RSA,
    name,
    validity,
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, extensions),
  );
  const certificate = sequence(toSign, SHA256_WITH_RSA, der(0x03, Buffer.from([0]), sign('sha256', toSign, privateKey)));
  return {
    // RFC 7468 §2: lines of 64 characters, and no empty one at the end.
    certificate: `-----BEGIN CERTIFICATE-----\n${certificate.toString('base64').match(/.{1,64}/g).join('\n')}\n-----END CERTIFICATE-----\n`,
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }),
  };
}

/** Whether a certificate is one for these hosts, for a week at least. */
export function serves(certificate, hosts, now = new Date()) {
  try {
    const known = new X509Certificate(certificate);
    const lasts = Date.parse(known.validTo) > now.getTime() + 7 * DAY_MS;
    return lasts && hosts.every((host) => (isIP(host) === 0 ? known.checkHost(host) : known.checkIP(host)) !== undefined);
  } catch {
    return false;
  }
}
