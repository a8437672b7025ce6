import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Outage } from '@tessera/vocabulary';
import { DATABASE_ROLES } from '../../../testing/src/postgres.js';
import { useDatabase } from '../../../testing/src/postgres-suite.js';
import { DATABASE_OWNERS } from '../statements.js';
import { OWNED_MODELS, type OwnedModels, type OwnerClient } from './owned-models.js';
import { prismaForAuthorization, prismaForKeyManagement, prismaForToken } from './prisma-clients.js';

const SCHEMA = path.join(import.meta.dirname, '..', '..', '..', '..', 'prisma', 'schema');
const [AUTHORIZATION, TOKEN, , KEY_MANAGEMENT] = DATABASE_ROLES;

const suite = useDatabase();

const CLIENT = {
  id: 'prisma-client',
  name: 'Client',
  authenticationMethod: 'client_secret_basic',
  grantTypes: ['client_credentials'],
  scope: [],
  resources: [],
  managedBy: 'api',
};

describe('Decision 3: one client type per owner, with the models of that owner and no other', () => {
  it.each(DATABASE_OWNERS)('%s MUST have exactly the models of its schema file', (owner) => {
    const schema = readFileSync(path.join(SCHEMA, `${owner}.prisma`), 'utf8');
    const declared = [...schema.matchAll(/^model (\w)(\w*) \{$/gm)].map(([, first = '', rest = '']) => first.toLowerCase() + rest);
    expect([...OWNED_MODELS[owner]].sort()).toEqual(declared.sort());
  });

  it('MUST not type a foreign model, in a transaction neither', () => {
    type Foreign<Owner extends keyof typeof OWNED_MODELS> = Exclude<(typeof OWNED_MODELS)[keyof typeof OWNED_MODELS][number], (typeof OWNED_MODELS)[Owner][number]>;
    type Has<Client, Name extends string> = Name extends keyof Client ? Name : never;
    // Each is `never` exactly when no foreign model is there; anything else does not type-check.
    const foreign: readonly [
      Has<OwnerClient<'token'>, Foreign<'token'>> | Has<OwnedModels<'token'>, Foreign<'token'>>,
      Has<OwnerClient<'authorization'>, Foreign<'authorization'>>,
      Has<OwnerClient<'device-ciba'>, Foreign<'device-ciba'>>,
      Has<OwnerClient<'key-management'>, Foreign<'key-management'>>,
    ] extends readonly [never, never, never, never]
      ? true
      : false = true;
    expect(foreign).toBe(true);
  });
});

describe('Cost rule: Prisma on the pool of the process, with the role of the service', () => {
  it('writes and reads the models of the owner', async () => {
    const prisma = prismaForAuthorization(suite.pool(AUTHORIZATION));
    await prisma.client.create({ data: { ...CLIENT, secrets: { create: { digest: 'A'.repeat(43) } } } });
    expect(await prisma.client.findUnique({ where: { id: CLIENT.id }, include: { secrets: true } })).toMatchObject({ enabled: true, secrets: [{ sealed: null }] });
  });

  it('rolls a transaction back as a whole', async () => {
    const prisma = prismaForAuthorization(suite.pool(AUTHORIZATION));
    const work = prisma.$transaction(async (transaction) => {
      await transaction.client.create({ data: { ...CLIENT, id: 'rolled-back' } });
      throw new Error('no');
    });
    await expect(work).rejects.toThrow('no');
    expect(await prisma.client.count({ where: { id: 'rolled-back' } })).toBe(0);
  });

  it('gives an audit event its number', async () => {
    const prisma = prismaForKeyManagement(suite.pool(KEY_MANAGEMENT));
    const event = { actorKind: 'operator', actorName: 'ada', action: 'key.created', subject: 'kid' };
    const first = await prisma.keyManagementAuditEvent.create({ data: event });
    const second = await prisma.keyManagementAuditEvent.create({ data: event });
    expect(second.id > first.id).toBe(true);
  });

  it('REL-2 throws an Outage when there is no database, and a lost race as it is', async () => {
    const pool = suite.pool(TOKEN, 1);
    const prisma = prismaForToken(pool);
    await prisma.revokedJti.create({ data: { jti: 'twice', expiresAt: new Date(0) } });
    await expect(prisma.revokedJti.create({ data: { jti: 'twice', expiresAt: new Date(0) } })).rejects.toMatchObject({ code: 'P2002' });

    const held = await pool.connect();
    await expect(prisma.revokedJti.count()).rejects.toThrow(Outage);
    held.release();
    expect(await prisma.revokedJti.count()).toBe(1);
  });
});
