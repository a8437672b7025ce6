import type { ApplyDeclaration } from '@tessera/contracts';
import type { AppliedDeclaration, Plan } from '@tessera/protocol/declaration';
import { DECLARATION_BYTES_MAX } from '@tessera/vocabulary';
import type { z } from 'zod';

type Reply = z.input<typeof ApplyDeclaration.reply>;

/** An outcome as it is answered. A plan too long for the bus comes without what changes inside its entries. */
export function declarationReply(applied: AppliedDeclaration): Reply {
  const nothing = { plan: [], planDigest: null, changesOmitted: false, secretsInForce: [], passwordsInForce: [], problems: [] };
  if (applied.outcome === 'refused') return { ...nothing, outcome: applied.outcome, problems: applied.problems.map(writable) };
  const { plan, planDigest, outcome } = applied;
  const full = { ...nothing, outcome, planDigest, plan: [...plan.entries], secretsInForce: [...plan.secretsInForce], passwordsInForce: [...plan.passwordsInForce] };
  if (Buffer.byteLength(JSON.stringify(full)) <= DECLARATION_BYTES_MAX) return full;
  return { ...full, plan: withoutChanges(plan), changesOmitted: true };
}

function withoutChanges({ entries }: Plan): Reply['plan'] {
  return entries.map((entry) => ({ ...entry, changes: [] }));
}

function writable(problem: Extract<AppliedDeclaration, { outcome: 'refused' }>['problems'][number]): Reply['problems'][number] {
  return { ...problem, path: [...problem.path] };
}
