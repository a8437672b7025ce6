import { fromSeed } from 'nkeys.js';
import { z } from 'zod';
import { nkeyPair, signMessage, verifyMessage } from './index.js';
import { freshNkey } from './testing.js';

const Payload = z.object({ a: z.number() });
const { nkey, seed } = freshNkey();
const message = signMessage(seed, 'tessera.lease-request.v1', { a: 1 });

describe('KEY-7 messages signed with the nkeys of the bus', () => {
  it('are accepted from a trusted nkey, and parsed', () => {
    expect(message.nkey).toBe(nkey);
    expect(verifyMessage(message, 'tessera.lease-request.v1', ['UOTHER', nkey], Payload)).toEqual({ a: 1 });
  });

  it('are Ed25519 signatures that nkeys.js verifies as well', () => {
    const signed = Buffer.concat([Buffer.from([0xff]), Buffer.from(`tessera.lease-request.v1\n${message.payload}`)]);
    expect(fromSeed(seed).verify(signed, Buffer.from(message.signature, 'base64url'))).toBe(true);
    expect(nkeyPair(seed).nkey).toBe(fromSeed(seed).getPublicKey());
  });

  it.each([
    ['a foreign nkey', { ...signMessage(freshNkey().seed, 'tessera.lease-request.v1', { a: 1 }) }, 'foreign_nkey'],
    ['a foreign signature under a trusted name', { ...signMessage(freshNkey().seed, 'tessera.lease-request.v1', { a: 1 }), nkey }, 'bad_signature'],
    ['a changed payload', { ...message, payload: '{"a":2}' }, 'bad_signature'],
    ['a payload with other white space', { ...message, payload: '{"a": 1}' }, 'bad_signature'],
    ['a message of another kind', signMessage(seed, 'tessera.lease-reply.v1', { a: 1 }), 'bad_signature'],
    ['a shortened signature', { ...message, signature: message.signature.slice(0, -2) }, 'bad_signature'],
    ['no signature', { ...message, signature: '' }, 'bad_signature'],
    ['another payload than expected', signMessage(seed, 'tessera.lease-request.v1', { b: 1 }), 'malformed'],
  ])('MUST be refused with %s', (_case, refused, reason) => {
    expect(() => verifyMessage(refused, 'tessera.lease-request.v1', [nkey], Payload)).toThrow(expect.objectContaining({ reason }));
  });

  it('MUST NOT be obtainable as the answer to a login challenge of the broker', () => {
    // What the login of the NATS client does with the nonce of the server, whatever that is.
    const answerToChallenge = (nonce: string) => fromSeed(seed).sign(new TextEncoder().encode(nonce));
    const wanted = `tessera.lease-request.v1\n{"a":1}`;
    for (const challenge of [wanted, `\u00ff${wanted}`, `\ufffd${wanted}`, `\udcff${wanted}`]) {
      const forged = { payload: '{"a":1}', nkey, signature: Buffer.from(answerToChallenge(challenge)).toString('base64url') };
      expect(() => verifyMessage(forged, 'tessera.lease-request.v1', [nkey], Payload)).toThrow(expect.objectContaining({ reason: 'bad_signature' }));
    }
  });

  it('cannot be made with what is no seed', () => {
    expect(() => signMessage(new TextEncoder().encode(nkey), 'tessera.lease-request.v1', {})).toThrow();
  });
});
