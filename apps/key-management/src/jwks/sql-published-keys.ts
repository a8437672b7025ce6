import type { QueryRunner } from '@tessera/database';
import { KeyAlgorithm, KeyPurpose, PublishedJwk, type PublishedKeys, SealingKey } from '@tessera/protocol/key-lease';
import { isInJwks, isSealingKey, KeyState } from '@tessera/protocol/key-lifecycle';
import { KeyId } from '@tessera/vocabulary';
import { z } from 'zod';

const PublicRow = z.object({
  kid: KeyId,
  purpose: KeyPurpose,
  algorithm: KeyAlgorithm,
  state: KeyState,
  publicJwk: z.record(z.string(), z.unknown()),
});

/** The public side of the keys, as it is at this moment. */
export class SqlPublishedKeys {
  constructor(private readonly queries: QueryRunner) {}

  /** KEY-3: the schema keeps public members only, with `kid`, `alg` and `use`. */
  async read(): Promise<Omit<PublishedKeys, 'nonce'>> {
    const rows = z.array(PublicRow).parse(await this.queries.run('list-published-keys', []));
    return {
      keys: rows.filter(isInJwks).map(({ kid, algorithm, publicJwk }) => PublishedJwk.parse({ ...publicJwk, kid, alg: algorithm, use: 'sig' })),
      sealingKeys: rows.filter(isSealingKey).map(({ kid, purpose, publicJwk }) => SealingKey.parse({ kid, purpose, jwk: publicJwk })),
    };
  }
}
