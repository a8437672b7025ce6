import { decodeJwt } from 'jose';
import pg from 'pg';
import { type Answer, demo, type DemoClient } from './demo.js';
import { authorize, proofKey, redeem, text, type UserAgent } from './sign-in.js';

/** Bits of a value by the entropy of its own characters, as certification tools measure it. */
export function measuredBits(value: string): number {
  const counts = new Map<string, number>();
  for (const character of value) counts.set(character, (counts.get(character) ?? 0) + 1);
  const perCharacter = [...counts.values()].reduce((sum, count) => sum - (count / value.length) * Math.log2(count / value.length), 0);
  return perCharacter * value.length;
}

/** One statement as the database's owner: to let time pass for what lives by the database's clock. */
export async function inDatabase(sql: string, parameters: readonly unknown[] = []): Promise<void> {
  const database = new pg.Client({ connectionString: demo.addresses.postgres });
  await database.connect();
  try {
    await database.query(sql, [...parameters]);
  } finally {
    await database.end();
  }
}

/** What RFC 6749 §5.2 lets stand in `error` and `error_description`; no line breaks and no tabs. */
export const ERROR_TEXT = /^[\x20\x21\x23-\x5B\x5D-\x7E]+$/;

/** A refusal as clients of the token endpoint and its like read it. */
export function expectErrorJson(answer: Answer, status: number, error: string | readonly string[]): void {
  expect([answer.status, answer.headers.get('content-type')]).toEqual([status, expect.stringMatching(/^application\/json/)]);
  expect([error].flat()).toContain(answer.body['error']);
  expect([answer.body['error'], answer.body['error_description']]).toEqual([expect.stringMatching(ERROR_TEXT), expect.stringMatching(ERROR_TEXT)]);
  expect(answer.headers.get('cache-control')).toBe('no-store');
}

/** A client, its redirect URI, and codes and tokens for it. */
export class CertifiedClient {
  private readonly proof = proofKey();

  constructor(
    readonly client: DemoClient,
    readonly redirectUri: string,
    private readonly scope = 'openid',
  ) {}

  get request(): Record<string, string> {
    const { challenge } = this.proof;
    const [clientId, redirectUri] = [this.client.client_id, this.redirectUri];
    return { response_type: 'code', client_id: clientId, redirect_uri: redirectUri, scope: this.scope, code_challenge: challenge, code_challenge_method: 'S256' };
  }

  /** The response to a request, the person signing in where asked. */
  response(more: Readonly<Record<string, string | undefined>> = {}, agent?: UserAgent): Promise<URLSearchParams> {
    return authorize({ ...this.request, ...more }, agent === undefined ? {} : { agent });
  }

  async code(more: Readonly<Record<string, string | undefined>> = {}, agent?: UserAgent): Promise<string> {
    return (await this.response(more, agent)).get('code') ?? '';
  }

  /** What is presented with a code, client authentication apart. */
  redemption(code: string): Record<string, string> {
    return { grant_type: 'authorization_code', code, redirect_uri: this.redirectUri, code_verifier: this.proof.verifier };
  }

  redeem(code: string, client = this.client): Promise<Answer> {
    return redeem(client, this.redemption(code));
  }

  async tokens(more: Readonly<Record<string, string | undefined>> = {}, agent?: UserAgent): Promise<Answer> {
    return this.redeem(await this.code(more, agent));
  }

  async idToken(more: Readonly<Record<string, string | undefined>> = {}, agent?: UserAgent) {
    return decodeJwt(text(await this.tokens(more, agent), 'id_token'));
  }
}
