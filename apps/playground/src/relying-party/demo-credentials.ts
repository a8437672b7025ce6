import { readFile } from 'node:fs/promises';
import { z } from 'zod';

const DemoFile = z.object({
  clients: z.array(
    z.object({
      client_id: z.string(),
      method: z.string(),
      client_secret: z.string().optional(),
    }),
  ),
  users: z.array(z.object({ username: z.string(), password: z.string() })).default([]),
});

/** What the start of the demo wrote: the clients with their secrets, and the people with their passwords. */
export type DemoCredentials = z.infer<typeof DemoFile>;

/** A client of the demo. */
export type DemoClient = DemoCredentials['clients'][number];

/** A port: where the credentials come from. */
export interface CredentialSource {
  read(): Promise<DemoCredentials>;
}

/** Reads the file at every run, so that a rotated secret or a fresh start counts without a restart. */
export class DemoFileCredentials implements CredentialSource {
  constructor(private readonly file: string) {}

  async read(): Promise<DemoCredentials> {
    return DemoFile.parse(JSON.parse(await readFile(this.file, 'utf8')));
  }
}
