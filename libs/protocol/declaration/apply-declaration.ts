import type { DeclaredSecret, DeclarationProblem, PresentedDeclaration } from './declaration.js';
import { problem } from './declared-entry.js';
import { type Plan, planDeclaration, planDigest } from './plan.js';
import { type ReadDeclaration, readDeclaration } from './read-declaration.js';
import type { AuditEntry, DeclarationChange, StoredState } from './records.js';
import { resultingProblems } from './resulting-state.js';

/** What can be seen and done while nobody else administers clients. */
export interface ExclusiveState {
  readonly stored: StoredState;
  /** Commits with the end of the work, all of it or nothing. */
  write(changes: readonly DeclarationChange[], audit: readonly AuditEntry[]): Promise<void>;
}

/** The ids a declaration speaks of, in its entries and in what they refer to. */
export interface Mentioned {
  readonly clients: readonly string[];
  readonly resources: readonly string[];
}

/** The stored clients and resources. */
export interface DeclaredState {
  /**
   * Runs the work alone, in one transaction: no other declaration and no rotation of a secret happens meanwhile. It sees what
   * files manage, what is mentioned, and whatever refers to either; of secrets it sees those of mentioned clients.
   */
  exclusively<Result>(mentioned: Mentioned, work: (state: ExclusiveState) => Promise<Result>): Promise<Result>;
}

/** What a sealed secret turns out to be: sealed for this client, and long enough for its algorithm. */
export type OpenedSecret =
  { readonly outcome: 'opened'; readonly fingerprint: string } | { readonly outcome: 'refused'; readonly why: string };

/** Opens secrets that were sealed to the `client-secret` key; needs the lease of that key. */
export interface SecretSeals {
  open(sealed: string, clientId: string, algorithm: string | null): Promise<OpenedSecret>;
}

/** What applying a declaration needs. */
export interface DeclarationPorts {
  readonly state: DeclaredState;
  readonly seals: SecretSeals;
}

/** How to apply. */
export interface ApplyOptions {
  /** Plan only. */
  readonly dryRun: boolean;
  /** Remove what a file managed and this declaration does not name. */
  readonly prune: boolean;
  /** The digest of the plan a person agreed to; another plan is not carried out. */
  readonly agreedPlan: string | null;
}

/** What became of a declaration. Nothing is changed unless the outcome is `applied`. */
export type AppliedDeclaration =
  | { readonly outcome: 'applied' | 'planned' | 'plan_changed'; readonly plan: Plan; readonly planDigest: string }
  | { readonly outcome: 'refused'; readonly problems: readonly DeclarationProblem[] };

/** Problems told at once; more would not be read. */
const PROBLEMS_MAX = 200;

/**
 * Applies a declaration: entries by themselves, then the resulting state, then the plan, then all of it in one transaction.
 * Sending the same declaration twice, at once or later, changes nothing the second time.
 */
export async function applyDeclaration(
  presented: PresentedDeclaration,
  options: ApplyOptions,
  ports: DeclarationPorts,
): Promise<AppliedDeclaration> {
  const declaration = readDeclaration(presented);
  const { fingerprints, problems } = await openSecrets(declaration, ports.seals);
  return await ports.state.exclusively(mentionedIn(declaration), async ({ stored, write }) => {
    const found = [...declaration.problems, ...problems, ...resultingProblems(declaration, stored, options.prune)];
    if (found.length > 0) return refused(found);
    const plan = planDeclaration(declaration, stored, { prune: options.prune, fingerprints });
    if (plan.problems.length > 0) return refused(plan.problems);
    const digest = planDigest(plan);
    if (options.dryRun) return { outcome: 'planned', plan, planDigest: digest };
    // Nothing to do means nothing to agree to: this very message may have been carried out and its answer lost, and then the
    // secrets it offered are in force and must not be thrown away by whoever made them.
    if (plan.changes.length > 0) {
      if (options.agreedPlan !== null && options.agreedPlan !== digest) return { outcome: 'plan_changed', plan, planDigest: digest };
      await write(plan.changes, plan.audit);
    }
    return { outcome: 'applied', plan, planDigest: digest };
  });
}

function mentionedIn({ clients, resources }: ReadDeclaration): Mentioned {
  return {
    clients: [...clients.map(({ thing }) => thing.record.clientId), ...resources.flatMap(({ thing }) => thing.introspectedBy)],
    resources: [...resources.map(({ thing }) => thing.identifier), ...clients.flatMap(({ thing }) => thing.record.resources)],
  };
}

function refused(problems: readonly DeclarationProblem[]): AppliedDeclaration {
  return { outcome: 'refused', problems: problems.slice(0, PROBLEMS_MAX) };
}

async function openSecrets(
  declaration: ReadDeclaration,
  seals: SecretSeals,
): Promise<{ readonly fingerprints: ReadonlyMap<string, string>; readonly problems: readonly DeclarationProblem[] }> {
  const opened = await Promise.all(
    declaration.clients.map(async ({ thing: { record, secret }, path }) => ({
      clientId: record.clientId,
      path: [...path, 'secret'],
      result: secret === null ? null : await fingerprint(secret, record, seals),
    })),
  );
  return {
    fingerprints: new Map(
      opened.flatMap(({ clientId, result }) => (result?.outcome === 'opened' ? [[clientId, result.fingerprint] as const] : [])),
    ),
    problems: opened.flatMap(({ path, result }) =>
      result?.outcome === 'refused' ? [problem(path, result.why, 'a secret sealed for this client by this command line')] : [],
    ),
  };
}

async function fingerprint(
  { digest, sealed }: DeclaredSecret,
  client: { readonly clientId: string; readonly assertionAlgorithm: string | null },
  seals: SecretSeals,
): Promise<OpenedSecret> {
  if (sealed !== null) return await seals.open(sealed, client.clientId, client.assertionAlgorithm);
  return digest === null ? { outcome: 'refused', why: 'the secret is empty' } : { outcome: 'opened', fingerprint: digest };
}
