import { DeclarationProblem, PlanEntry, PresentedDeclaration } from '@tessera/protocol/declaration';
import { ClientId } from '@tessera/vocabulary';
import { z } from 'zod';
import { defineRequest } from '../define-contract.js';
import { OperatorActor } from '../key-management/administration.js';

/** Milliseconds a declaration may take: thousands of entries, and its turn behind another one. */
const APPLY_DEADLINE_MS = 10_000;

/**
 * `tessera apply` (decision 17). Owner: authorization. Caller: operator.
 *
 * Everything is checked before anything is written, and all of it is written in one transaction with its audit rows. Only rows
 * with `managed_by` file are touched; only `prune` removes. Declarations that meet wait for each other.
 *
 * It may be resent: the same declaration again changes nothing, and a secret that this very message offered is still reported
 * in `secretsInForce`, an offered password in `passwordsInForce` (by the `requestId` it was sealed for). The request is at most
 * `DECLARATION_BYTES_MAX`; secrets travel as digests or sealed, passwords sealed for one minute, never in clear.
 */
export const ApplyDeclaration = defineRequest({
  subject: 'authorization.declaration.apply.v1',
  callers: ['operator'],
  resend: 'safe',
  deadlineMs: APPLY_DEADLINE_MS,
  request: PresentedDeclaration.extend({
    actor: OperatorActor,
    /** Plan only. */
    dryRun: z.boolean(),
    /** Remove what a file managed and this declaration does not name. */
    prune: z.boolean(),
    /** The digest of the plan a person agreed to; null does not ask. */
    agreedPlan: z.string().max(64).nullable(),
  }),
  reply: z.object({
    /** `refused`: see `problems`. `plan_changed`: the plan is not the agreed one. Both changed nothing. */
    outcome: z.enum(['applied', 'planned', 'plan_changed', 'refused']),
    plan: z.array(PlanEntry),
    planDigest: z.string().nullable(),
    /** The plan is so long that it comes without the changes of its entries. */
    changesOmitted: z.boolean(),
    /** Clients whose offered secret is in force now; the others keep theirs. */
    secretsInForce: z.array(ClientId),
    /** The `requestId` of each offered password that is in force now; the other users keep theirs, or have none. */
    passwordsInForce: z.array(z.string()).default([]),
    problems: z.array(DeclarationProblem),
  }),
  examples: [
    {
      request: {
        actor: { kind: 'operator', name: 'ada' },
        dryRun: false,
        prune: false,
        agreedPlan: null,
        resources: [{ identifier: 'https://api.example.com/orders', scope: ['orders.read'] }],
        clients: [
          {
            clientId: 's6BhdRkqt3',
            grantTypes: ['client_credentials'],
            scope: ['orders.read'],
            resources: ['https://api.example.com/orders'],
            secret: { mode: 'if_none', digest: 'n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg' },
          },
        ],
      },
      reply: {
        outcome: 'applied',
        plan: [
          { action: 'unchanged', kind: 'resource', id: 'https://api.example.com/orders', changes: [] },
          { action: 'create', kind: 'client', id: 's6BhdRkqt3', changes: [] },
        ],
        planDigest: '47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU',
        changesOmitted: false,
        secretsInForce: ['s6BhdRkqt3'],
        problems: [],
      },
    },
    {
      request: {
        actor: { kind: 'operator', name: 'ada' },
        dryRun: true,
        prune: false,
        agreedPlan: null,
        resources: [],
        clients: [{ clientId: 's6BhdRkqt3' }],
      },
      reply: {
        outcome: 'refused',
        plan: [],
        planDigest: null,
        changesOmitted: false,
        secretsInForce: [],
        problems: [{ path: ['clients', 0, 'grantTypes'], message: 'is missing', expected: 'a list of grant types' }],
      },
    },
  ],
});
