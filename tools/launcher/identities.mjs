import { createECDH, createPrivateKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { LaunchFailure } from './failure.mjs';
import { keepPrivately, privateDirectory, writePrivately } from './private-files.mjs';

/** Everyone with an identity on the bus, as @tessera/vocabulary's ServiceName has it. */
export const BUS_NAMES = ['gateway', 'token', 'authorization', 'device-ciba', 'worker', 'key-management', 'operator'];

/**
 * Identities and secrets of one system: an nkey per service, the key-encryption keyring, generated passwords. Made once, kept in
 * files that only their owner may read, never shown.
 */
export class Identities {
  constructor(directory, nkeys) {
    this.directory = directory;
    this.seedDirectory = directory;
    this.nkeys = nkeys;
  }

  /** Opens (and where needed makes) the identities in a directory. Needs node_modules. */
  static async open(directory) {
    const nkeys = await import('nkeys.js');
    const identities = new Identities(privateDirectory(directory), nkeys.default ?? nkeys);
    for (const name of BUS_NAMES) identities.seed(name);
    identities.keyringFile();
    identities.passwordPepperFile();
    return identities;
  }

  seedFile(name) {
    return path.join(this.seedDirectory, `${name}.seed`);
  }

  /** The seed of a service's nkey, which is its login on the bus and signs its lease requests. */
  seed(name) {
    const make = () => new TextDecoder().decode(this.nkeys.createUser().getSeed());
    return keepPrivately(this.seedFile(name), make).trim();
  }

  publicKey(name) {
    try {
      return this.nkeys.fromSeed(new TextEncoder().encode(this.seed(name))).getPublicKey();
    } catch {
      throw new LaunchFailure(
        `${this.seedFile(name)} holds no nkey seed: restore it, or begin anew with \`npm start -- --fresh\`.`,
      );
    }
  }

  /** The nkey of a team of the demo: its seed, and the public half in a list as a declaration has it. */
  team(name) {
    const make = () => new TextDecoder().decode(this.nkeys.createUser().getSeed());
    const seed = keepPrivately(path.join(this.directory, `team-${name}.seed`), make).trim();
    return { name, seed, nkeys: [this.nkeys.fromSeed(new TextEncoder().encode(seed)).getPublicKey()] };
  }

  /** Public nkeys of all, by service, each in a list because a rotation has two. */
  publicKeys() {
    return Object.fromEntries(BUS_NAMES.map((name) => [name, [this.publicKey(name)]]));
  }

  /** File with the key-encryption keyring. Without it the keys in the database cannot be opened, so it lives as long as that. */
  keyringFile() {
    const file = path.join(this.directory, 'key-encryption-keyring.json');
    keepPrivately(file, () => JSON.stringify({ active: 'kek-1', keys: { 'kek-1': randomBytes(32).toString('base64url') } }));
    return file;
  }

  /** File with the key of the password hashes. Without it no password in the database fits any more, so it lives as long as that. */
  passwordPepperFile() {
    const file = path.join(this.directory, 'password-pepper');
    keepPrivately(file, () => randomBytes(32).toString('base64url'));
    return file;
  }

  /** File with the key that browsers know this deployment by (RFC 8292): 32 octets, the private half of a P-256 key. */
  webPushKeyFile() {
    const file = path.join(this.directory, 'web-push-key');
    keepPrivately(file, () => {
      const key = createECDH('prime256v1');
      key.generateKeys();
      return Buffer.concat([Buffer.alloc(32), key.getPrivateKey()]).subarray(-32).toString('base64url');
    });
    return file;
  }

  /** A generated password, 192 bits. */
  password(name) {
    return keepPrivately(path.join(this.directory, `${name}.password`), () => randomBytes(24).toString('base64url')).trim();
  }

  /** The private key of the demo client that signs its assertions, as a JWK (RFC 7517). */
  demoKey() {
    const make = () => {
      const privateKeyEncoding = { type: 'pkcs8', format: 'der' };
      // A key exported as it was generated can stop the process (decision 40).
      const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256', privateKeyEncoding });
      const jwk = createPrivateKey({ key: privateKey, ...privateKeyEncoding }).export({ format: 'jwk' });
      return JSON.stringify({ ...jwk, alg: 'ES256', kid: randomBytes(9).toString('base64url') });
    };
    return JSON.parse(keepPrivately(path.join(this.directory, 'demo-key.jwk.json'), make));
  }

  /** The content of one of the files above. */
  readFile(file) {
    return fs.readFileSync(file, 'utf8').trim();
  }

  /** Writes a value that a process reads through its `*_FILE` variable. Returns the file. */
  keepValue(name, value) {
    const file = path.join(this.directory, name);
    writePrivately(file, value);
    return file;
  }

  /** Uses the seeds in a directory that somebody else made, for a bus whose rules know other keys. Ours stay as they are. */
  useSeeds(directory) {
    const missing = BUS_NAMES.find((name) => !fs.existsSync(path.join(directory, `${name}.seed`)));
    if (missing !== undefined)
      throw new LaunchFailure(
        `NATS_SEED_DIRECTORY has no ${missing}.seed: put one file <service>.seed there for each of ${BUS_NAMES.join(', ')}.`,
      );
    this.seedDirectory = path.resolve(directory);
  }
}
