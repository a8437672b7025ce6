import { randomUUID } from 'node:crypto';
import type { RecordVouchedGrant } from '@tessera/contracts';
import type { QueryRunner } from '@tessera/database';
import type { AuthenticatedGrantRecording, GrantRecorded, GrantRecording } from '@tessera/protocol/grant';
import { GrantId } from '@tessera/vocabulary';
import { z } from 'zod';
import type { RegisteredClients, Subjects } from '../grant/index.js';
import { hashOf } from '../session/index.js';

/** What recording grants stands on. */
export interface GrantRecordingPorts {
  readonly queries: QueryRunner;
  readonly directory: RegisteredClients;
  readonly subjects: Pick<Subjects, 'of'>;
  /** Whether this deployment has an authenticator of its own that vouches for people. */
  readonly authenticatorTrusted: boolean;
}

const AuthenticatedRow = z.object({ grantId: GrantId });
const Row = z.object({ grantId: GrantId.nullable(), why: z.enum(['signed_out', 'other_person', 'not_possible']) });
const VouchedRow = Row.pick({ grantId: true });

/**
 * Records what a person allowed on a page of another service's matter, before that service stores the decision (decision 2). The
 * session proves that the person is there; that its account is the one that was asked is judged in the same statement.
 */
export class GrantRecordingDesk {
  constructor(private readonly ports: GrantRecordingPorts) {}

  /** The same request again finds the same grant. @throws {Outage}. */
  async record(recording: GrantRecording): Promise<GrantRecorded> {
    const { queries, directory, subjects } = this.ports;
    const { clientId, accountId, authority, offline, confirmation, session, requestId } = recording;
    const client = await directory.client(clientId);
    if (client === null) return { outcome: 'refused', why: 'not_possible' };
    const [row] = await queries.run('record-grant-of-session', [
      randomUUID(), clientId, accountId, subjects.of(client, accountId), offline, JSON.stringify(authority),
      confirmation && JSON.stringify(confirmation), hashOf(session), requestId,
    ]);
    const { grantId, why } = Row.parse(row);
    return grantId === null ? { outcome: 'refused', why } : { outcome: 'recorded', grantId };
  }

  /** For a person whom the deployment's own authenticator vouches for; nobody is where none is trusted. @throws {Outage}. */
  async recordAuthenticated(recording: AuthenticatedGrantRecording): Promise<GrantRecorded> {
    const { queries, directory, subjects, authenticatorTrusted } = this.ports;
    const { clientId, accountId, authority, offline, confirmation, authentication, requestId } = recording;
    const client = authenticatorTrusted ? await directory.client(clientId) : null;
    if (client === null) return { outcome: 'refused', why: 'not_possible' };
    const [row] = await queries.run('record-grant-by-authenticator', [
      randomUUID(), clientId, accountId, subjects.of(client, accountId), offline, JSON.stringify(authority),
      confirmation && JSON.stringify(confirmation), authentication.acr, authentication.amr, requestId,
    ]);
    return row === undefined ? { outcome: 'refused', why: 'not_possible' } : { outcome: 'recorded', grantId: AuthenticatedRow.parse(row).grantId };
  }

  /** What a team vouches for in the place of a session (decision 42). The same request again finds the same grant. @throws {Outage}. */
  async recordVouched(recording: z.output<typeof RecordVouchedGrant.request>): Promise<GrantRecorded> {
    const { queries, directory, subjects } = this.ports;
    const { clientId, accountId, authority, offline, confirmation, requestId, team, authentication } = recording;
    const client = await directory.client(clientId);
    if (client === null) return { outcome: 'refused', why: 'not_possible' };
    const [row] = await queries.run('record-grant-for-team', [
      randomUUID(), clientId, accountId, subjects.of(client, accountId), offline, JSON.stringify(authority),
      confirmation && JSON.stringify(confirmation), team, authentication.authenticatedAt, authentication.amr, requestId,
    ]);
    const { grantId } = VouchedRow.parse(row);
    return grantId === null ? { outcome: 'refused', why: 'not_possible' } : { outcome: 'recorded', grantId };
  }
}
