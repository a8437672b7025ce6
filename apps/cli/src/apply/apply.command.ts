import { ApplyDeclaration } from '@tessera/contracts';
import { newCallContext } from '@tessera/messaging';
import { DECLARATION_BYTES_MAX } from '@tessera/vocabulary';
import type { z } from 'zod';
import { offerSecret } from '../client-secret.js';
import { type CommandLine, parseCommandLine } from '../command-line.js';
import { CommandFailure, EXIT, type ExitCode } from '../exit-code.js';
import { sealPassword } from '../password.js';
import { handOutUncertain, keepSecrets, type Secret, type Secrets, SecretsOutput, showSecrets, userKey } from '../secrets-output.js';
import type { OperatorSession, Surroundings } from '../surroundings.js';
import { leavesUnknown, untilAnswered } from '../until-answered.js';
import { type ApplyReply, printPlan, printProblems } from './apply-report.js';
import { type FileProblem, readDeclarationFile } from './declaration-file.js';
import { readSources, type SourcedEntry } from './entry-sources.js';
import type { EntryList } from './file-vocabulary.js';

type ApplyRequest = z.input<typeof ApplyDeclaration.request>;

/** Makes the message, each time it is sent. */
type Message = () => Promise<ApplyRequest>;

/** Milliseconds a declaration may take, with a resend in between. */
const APPLY_BUDGET_MS = 25_000;

/**
 * `tessera apply`: the files as one declaration. What can be seen without the provider is checked first, so that a misspelt key
 * needs no running system; everything else is authorization's to judge, and its problems come back to their places here.
 */
export async function applyCommand(words: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  const line = parseCommandLine('apply', words, {
    flags: ['dry-run', 'prune', 'yes'],
    values: ['secrets-out'],
    arguments: ['a file'],
    more: true,
  });
  const { entries, problems } = await readFiles(line.arguments, surroundings);
  if (problems.length > 0) return refuse(problems, line, surroundings);
  const path = line.value('secrets-out');
  const output = path === null || line.flag('dry-run') ? null : await SecretsOutput.open(path, surroundings);
  const session = await surroundings.connect();
  try {
    return await applyEntries(entries, line, output, session, surroundings);
  } finally {
    await session.close();
  }
}

async function readFiles(
  files: readonly string[],
  surroundings: Surroundings,
): Promise<{ readonly entries: readonly SourcedEntry[]; readonly problems: readonly FileProblem[] }> {
  const read = await Promise.all(
    files.map(async (file) => {
      const text = await surroundings.read(file).catch((cause: unknown) => {
        throw new CommandFailure(EXIT.wrong, `${file} cannot be read`, { cause });
      });
      return readDeclarationFile(file, text);
    }),
  );
  const sources = await readSources(
    read.flatMap((one) => one.entries),
    surroundings,
  );
  return { entries: sources.sourced, problems: [...read.flatMap((one) => one.problems), ...sources.problems] };
}

async function applyEntries(
  entries: readonly SourcedEntry[],
  line: CommandLine,
  output: SecretsOutput | null,
  session: OperatorSession,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const resources = entries.filter((one) => one.entry.list === 'resources');
  const clients = entries.filter((one) => one.entry.list === 'clients');
  const users = entries.filter((one) => one.entry.list === 'users');
  const teams = entries.filter((one) => one.entry.list === 'teams');
  const unsealed: ApplyRequest = {
    actor: { kind: 'operator', name: surroundings.actorName },
    dryRun: line.flag('dry-run'),
    prune: line.flag('prune'),
    agreedPlan: null,
    resources: resources.map((one) => one.members),
    teams: teams.map((one) => one.members),
    clients: await Promise.all(clients.map((one) => clientMessage(one, session))),
  };
  // A sealed password is good for a minute (decision 8), so it is sealed anew each time the message is sent.
  const request: Message = async () => ({ ...unsealed, users: await Promise.all(users.map((one) => userMessage(one, session))) });
  checkSize(await request());
  const agreed = await agree(request, line, session, surroundings);
  if (agreed === 'declined') {
    surroundings.terminal.err('tessera: nothing was changed');
    return EXIT.wrong;
  }
  const handOut = () => handOutUncertain(madeSecrets(entries), output, line.flag('json'), surroundings);
  const reply = await carryOut(async () => ({ ...(await request()), agreedPlan: agreed }), line.flag('dry-run'), handOut, session, surroundings);
  if (reply.outcome === 'refused')
    return refuse(
      reply.problems.map((one) => placed(one, { resources, clients, users, teams })),
      line,
      surroundings,
    );
  if (reply.outcome === 'plan_changed')
    throw new CommandFailure(EXIT.failed, 'somebody else changed clients meanwhile; nothing was changed, run the command again');
  return await report(reply, entries, line, output, surroundings);
}

async function clientMessage(
  { entry, members, secret }: SourcedEntry,
  session: OperatorSession,
): Promise<Record<string, unknown>> {
  if (secret === null) return { ...members };
  const offered = await offerSecret(secret.secret, secret.form, String(entry.members.clientId), session);
  return { ...members, secret: { mode: secret.mode, overlapSeconds: secret.overlapSeconds, ...offered } };
}

async function userMessage({ entry, members, password }: SourcedEntry, session: OperatorSession): Promise<Record<string, unknown>> {
  if (password === null) return { ...members };
  const sealed = await sealPassword(password.password, password.requestId, String(entry.members.username), session);
  return { ...members, password: { sealed, requestId: password.requestId } };
}

/** The bus takes messages of at most 1 MiB; a clear limit of ours is met before its unclear one. */
function checkSize(request: ApplyRequest): void {
  const bytes = Buffer.byteLength(JSON.stringify(request));
  if (bytes <= DECLARATION_BYTES_MAX) return;
  const kilobytes = (count: number) => `${Math.ceil(count / 1024)} KiB`;
  throw new CommandFailure(
    EXIT.wrong,
    `the declaration has ${kilobytes(bytes)} and at most ${kilobytes(DECLARATION_BYTES_MAX)} are taken at once; apply fewer files at a time, without --prune`,
  );
}

/** Deleting is agreed to by a person, or by --yes. Returns the plan that was agreed to; null when nobody has to be asked. */
async function agree(
  request: Message,
  line: CommandLine,
  session: OperatorSession,
  { terminal }: Surroundings,
): Promise<string | null | 'declined'> {
  if (!line.flag('prune') || line.flag('dry-run') || line.flag('yes')) return null;
  const planned = await send({ ...(await request()), dryRun: true }, session);
  const deletions = planned.plan.filter((entry) => entry.action === 'delete').length;
  if (planned.outcome !== 'planned' || deletions === 0) return planned.planDigest;
  if (!terminal.interactive)
    throw new CommandFailure(EXIT.wrong, `${deletions} would be deleted; look at --dry-run, then repeat with --yes`);
  printPlan(planned, terminal);
  const answer = await terminal.ask(`Delete ${deletions}? [y/N] `);
  return /^y(es)?$/i.test(answer.trim()) ? planned.planDigest : 'declined';
}

/**
 * The declaration, again when no answer came: carried out twice it changes nothing the second time, and says whose secrets are
 * in force. When that stays unknown, whoever made the secrets must not lose them.
 */
async function carryOut(
  request: Message,
  dryRun: boolean,
  handOut: () => Promise<void>,
  session: OperatorSession,
  surroundings: Surroundings,
): Promise<ApplyReply> {
  try {
    const { reply, repeated } = await untilAnswered(async () => send(await request(), session), surroundings);
    // The first time may have been carried out, and something else have happened since.
    if (repeated && !dryRun && reply.outcome !== 'applied') await handOut();
    return reply;
  } catch (error) {
    if (!dryRun && leavesUnknown(error)) await handOut();
    throw error;
  }
}

function send(request: ApplyRequest, session: OperatorSession): Promise<ApplyReply> {
  return session.services.call(ApplyDeclaration, request, newCallContext(APPLY_BUDGET_MS));
}

/** A problem of the message, back at its place in a file. */
function placed(
  { path: [list, index, ...rest], message, expected }: ApplyReply['problems'][number],
  entries: Readonly<Record<EntryList, readonly SourcedEntry[]>>,
): FileProblem {
  const all = entries[list === 'resources' || list === 'users' || list === 'teams' ? list : 'clients'];
  const at = typeof index === 'number' ? all[index] : undefined;
  if (at !== undefined) return at.entry.problem(rest, message, expected);
  const file = [...entries.clients, ...entries.resources, ...entries.users, ...entries.teams][0]?.entry.file ?? '(no file)';
  return { file, line: 1, column: 1, path: String(list ?? ''), message, expected };
}

function refuse(problems: readonly FileProblem[], line: CommandLine, { terminal }: Surroundings): ExitCode {
  if (line.flag('json')) terminal.out(JSON.stringify({ outcome: 'refused', plan: [], secrets: {}, problems }));
  else printProblems(problems, terminal);
  return EXIT.wrong;
}

async function report(
  reply: ApplyReply,
  entries: readonly SourcedEntry[],
  line: CommandLine,
  output: SecretsOutput | null,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const inForce: ReadonlySet<string> = new Set(
    reply.outcome === 'applied' ? [...reply.secretsInForce, ...usersOf(reply.passwordsInForce, entries)] : [],
  );
  const made = Object.entries(madeSecrets(entries)).filter(([clientId]) => inForce.has(clientId));
  const secrets = await keepSecrets(Object.fromEntries(made), output, surroundings);
  if (line.flag('json')) {
    surroundings.terminal.out(JSON.stringify({ outcome: reply.outcome, plan: reply.plan, secrets, problems: [] }));
  } else {
    printPlan(reply, surroundings.terminal);
    showSecrets(secrets, surroundings);
  }
  return EXIT.done;
}

/** The secrets this command made; a client or user that has one already keeps that. */
function madeSecrets(entries: readonly SourcedEntry[]): Secrets {
  return Object.fromEntries(entries.flatMap(madeSecret));
}

function madeSecret({ entry, secret, password }: SourcedEntry): readonly (readonly [string, Secret])[] {
  if (secret?.mode === 'if_none') return [[String(entry.members.clientId), { client_secret: secret.secret }]];
  return password?.made === true ? [[userKey(String(entry.members.username)), { password: password.password }]] : [];
}

function usersOf(requestIds: readonly string[], entries: readonly SourcedEntry[]): string[] {
  return entries.flatMap(({ entry, password }) =>
    password !== null && requestIds.includes(password.requestId) ? [userKey(String(entry.members.username))] : [],
  );
}
