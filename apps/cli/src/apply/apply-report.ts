import type { ApplyDeclaration } from '@tessera/contracts';
import type { z } from 'zod';
import type { Terminal } from '../surroundings.js';
import type { FileProblem } from './declaration-file.js';
import { type EntryList, writtenName } from './file-vocabulary.js';

/** What authorization answered. */
export type ApplyReply = z.output<typeof ApplyDeclaration.reply>;
type PlanEntry = ApplyReply['plan'][number];

const SIGN = { create: '+', update: '~', delete: '-', unchanged: '=' } as const;

/** One line for each problem, the way editors and terminals jump to: `file:line:column`. */
export function printProblems(problems: readonly FileProblem[], terminal: Terminal): void {
  for (const { file, line, column, path, message, expected } of problems) {
    terminal.err(`${file}:${line}:${column}  ${path === '' ? '' : `${path}  `}${message}  (${expected})`);
  }
  terminal.err(`${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}; nothing was changed`);
}

/** What changes, one line for each entry and each change of it; entries that stay as they are are only counted. */
export function printPlan(reply: ApplyReply, terminal: Terminal): void {
  for (const entry of reply.plan) {
    if (entry.action === 'unchanged') continue;
    terminal.out(`${SIGN[entry.action]} ${entry.kind.padEnd(8)} ${entry.id}`);
    for (const { field, from, to } of entry.changes) {
      terminal.out(`    ${writtenName(listOf(entry), field)}: ${from ?? '(none)'} -> ${to ?? '(none)'}`);
    }
  }
  if (reply.changesOmitted) terminal.out('  (the plan is too long to show what changes inside each entry)');
  terminal.out(summary(reply));
}

function listOf(entry: PlanEntry): EntryList {
  return ({ client: 'clients', resource: 'resources', user: 'users', team: 'teams' } as const)[entry.kind];
}

function summary({ outcome, plan }: ApplyReply): string {
  const count = (action: PlanEntry['action']) => plan.filter((entry) => entry.action === action).length;
  const counts = `${count('create')} to create, ${count('update')} to update, ${count('delete')} to delete, ${count('unchanged')} unchanged`;
  return outcome === 'applied'
    ? `Applied: ${counts.replaceAll(' to create', ' created').replaceAll(' to update', ' updated').replaceAll(' to delete', ' deleted')}`
    : `Plan: ${counts}; nothing was changed`;
}
