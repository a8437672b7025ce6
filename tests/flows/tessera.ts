import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse } from 'yaml';
import { type DemoClient } from './demo.js';

const ROOT = path.resolve(import.meta.dirname, '../..');
const OPERATOR = path.join(path.dirname(process.env['TESSERA_DEMO'] ?? ''), 'operator.json');

/** What the command line answered. */
export interface CommandAnswer {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `tessera` as the operator of the system under test. */
export function tessera(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<CommandAnswer> {
  return new Promise((resolve) => {
    const command = [path.join(ROOT, 'tools/tessera.mjs'), ...args];
    const surroundings = { PATH: process.env['PATH'] ?? '', TESSERA_OPERATOR_FILE: OPERATOR, ...env };
    execFile(process.execPath, command, { env: surroundings }, (error, stdout, stderr) => {
      resolve({ status: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
    });
  });
}

/**
 * Applies clients, resources and users that only one spec needs, beside those of the demo, and returns the clients with the secrets
 * that were made for them. Names begin with that of the spec, so that specs do not meet.
 */
export async function declare(yaml: string, env: Readonly<Record<string, string>> = {}): Promise<(clientId: string) => DemoClient> {
  const folder = mkdtempSync(path.join(tmpdir(), 'tessera-declared-'));
  try {
    const [file, secrets] = [path.join(folder, 'declared.yaml'), path.join(folder, 'secrets.json')];
    writeFileSync(file, yaml);
    writeFileSync(secrets, '{}');
    const applied = await tessera(['apply', file, '--secrets-out', secrets], env);
    if (applied.status !== 0) throw new Error(`the declaration was not applied: ${applied.stdout}${applied.stderr}`);
    const secretsKnown = (): Readonly<Record<string, { readonly client_secret?: string }>> => JSON.parse(readFileSync(secrets, 'utf8'));
    // On a system that has been driven before, the secrets of these clients were shown to an earlier run.
    for (const clientId of clientsWithSecrets(yaml).filter((one) => secretsKnown()[one] === undefined)) {
      await tessera(['client', 'rotate-secret', clientId, '--secrets-out', secrets]);
    }
    const known = secretsKnown();
    return (clientId) => ({
      client_id: clientId,
      method: known[clientId] === undefined ? 'none' : 'client_secret_basic',
      redirect_uris: [],
      ...known[clientId],
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function clientsWithSecrets(yaml: string): readonly string[] {
  const { clients = [] }: { clients?: readonly { readonly client_id: string; readonly token_endpoint_auth_method: string }[] } = parse(yaml);
  return clients.filter((one) => one.token_endpoint_auth_method.startsWith('client_secret_')).map((one) => one.client_id);
}
