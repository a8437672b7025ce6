/**
 * Clients, resources and users declared in files (decision 17).
 *
 * 1. The operator writes a file; the command line reads it, makes or reads the secrets, and sends digests and sealed values.
 * 2. Each entry is checked by itself ({@link readDeclaration}): RFC 7591 §2 for clients, RFC 8707 for resources.
 * 3. The entries are checked together with what is stored and stays ({@link resultingProblems}).
 * 4. What differs is the plan ({@link planDeclaration}); it is printed, and carried out in one transaction with its audit.
 *
 * Applying twice changes nothing. Only rows with `managedBy` file are touched, and only `prune` removes. Not here: migrating
 * tokens of a client that is removed; they end because liveness reads the client (decision 3).
 */
export * from './apply-declaration.js';
export {
  type DeclarationPath,
  DeclarationProblem,
  DeclaredClient,
  DeclaredResource,
  DeclaredSecret,
  OfferedSecret,
  PresentedDeclaration,
} from './declaration.js';
export { type ReadClient, readClient, secretForm } from './declared-client.js';
export { DeclaredTeam, type TeamRecord } from './declared-team.js';
export { DeclaredUser, OfferedPassword, readUser } from './declared-user.js';
export { type Plan, PlanChange, planDeclaration, planDigest, PlanEntry } from './plan.js';
export { type Placed, type ReadDeclaration, readDeclaration } from './read-declaration.js';
export * from './records.js';
export { resultingProblems } from './resulting-state.js';
