import { createHash, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import { sealTo } from '@tessera/jose/seal';
import {
  clientInformation,
  presentedTokenDigest,
  provenSector,
  readClientMetadata,
  type RegisteredClient,
  type RegistrationPolicy,
  registrationTokenDigest,
  type SectorDocuments,
} from '@tessera/protocol/client-registration';
import { secretForm } from '@tessera/protocol/declaration';
import type { EdgeRequest, EndpointReply } from '@tessera/protocol/edge';
import type { KeyPurpose, SealingKey } from '@tessera/protocol/key-lease';
import { OAuthError, RegisteredClientId } from '@tessera/vocabulary';
import type { LeasedSecretSeals } from '../client-secrets/index.js';
import { newHandle } from '../session/index.js';
import type { NewSecret, SecretChange, SqlClientRegistrations, StoredRegistration } from './sql-client-registrations.js';

/** Who may register: nobody, whoever has an initial access token, anybody (REG-1). */
export type RegistrationMode = 'off' | 'token' | 'open';

/** What registration stands on. */
export interface ClientRegistrationPorts {
  readonly issuer: string;
  readonly mode: RegistrationMode;
  readonly policy: RegistrationPolicy;
  readonly store: SqlClientRegistrations;
  readonly sectors: SectorDocuments;
  readonly seals: Pick<LeasedSecretSeals, 'fingerprint'>;
  readonly sealingKeys: { sealingKey(purpose: KeyPurpose): SealingKey };
  readonly news: { announce(): Promise<void> };
  /** Fetches key sets that are due, in the background. */
  readonly fetchSoon: () => void;
}

type Metadata = Readonly<Record<string, unknown>>;

/** 128 bits. */
const ID_OCTETS = 16;
/** 512 bits, so that it is long enough for every algorithm a client may sign with (RFC 7518 §3.2). */
const SECRET_OCTETS = 64;

/** The registration endpoint (RFC 7591 §3) and the client configuration endpoint (RFC 7592 §2). */
export class ClientRegistrations {
  constructor(private readonly ports: ClientRegistrationPorts) {}

  /** @throws {OAuthError} `client_registration.*`. @throws {Outage}. */
  async register(edge: EdgeRequest, metadata: Metadata): Promise<EndpointReply> {
    const { store, mode, policy } = this.ports;
    const tokenDigest = await this.admitted(edge, mode);
    const client = readClientMetadata(metadata, newClientId(), policy);
    await this.proveSector(client);
    const [accessToken, secret] = [newHandle(), this.newSecret(client)];
    const accessTokenDigest = registrationTokenDigest(accessToken);
    const made = await store.register(client, { tokenDigest, accessTokenDigest, secret: secret?.stored ?? null });
    if (made === null) throw new OAuthError('client_registration.token');
    await this.changed(client);
    return this.answer(201, { ...client, ...made, accessToken, secret: secret?.value ?? null });
  }

  /** @throws {OAuthError} `client_registration.*`. @throws {Outage}. */
  async configure(edge: EdgeRequest, clientId: RegisteredClientId, metadata: Metadata | null): Promise<EndpointReply> {
    const presented = presentedTokenDigest(edge);
    const before = presented === null || this.ports.mode === 'off' ? null : await this.ports.store.find(clientId, presented);
    // RFC 7592 §2: who is not known, and who is not there any more, look the same.
    if (presented === null || before === null) throw new OAuthError('client_registration.access_token', { clientId });
    if (!before.record.enabled) throw new OAuthError('client_registration.disabled', { clientId });
    if (edge.method === 'GET') return this.answer(200, { ...before, accessToken: null, secret: null });
    if (edge.method === 'DELETE') return await this.remove(clientId, presented);
    return await this.update(clientId, before, presented, metadata ?? {});
  }

  private async remove(clientId: RegisteredClientId, presented: Buffer): Promise<EndpointReply> {
    if (!(await this.ports.store.remove(clientId, presented))) throw new OAuthError('client_registration.changed_meanwhile', { clientId });
    await this.ports.news.announce();
    return { status: 204, body: null, headers: {} };
  }

  /** REG-6: judged like a new registration; what is left out falls back to its default (RFC 7592 §2.2). */
  private async update(clientId: RegisteredClientId, before: StoredRegistration, presented: Buffer, metadata: Metadata): Promise<EndpointReply> {
    if (own(metadata, 'client_id') !== clientId) throw new OAuthError('client_registration.client_id', { clientId });
    await this.assertSecret(own(metadata, 'client_secret'), before);
    const client = readClientMetadata(metadata, clientId, this.ports.policy);
    await this.proveSector(client);
    const accessToken = newHandle();
    const { change, value } = this.secretChange(client, before);
    const made = await this.ports.store.update(client, before, { presented, next: registrationTokenDigest(accessToken) }, change);
    if (made === null) throw new OAuthError('client_registration.changed_meanwhile', { clientId });
    await this.changed(client);
    return this.answer(200, { ...client, ...made, accessToken, secret: value });
  }

  /** REG-1: null where nothing is asked for; else the digest of a token that is good at this moment. Strangers get nothing fetched. */
  private async admitted(edge: EdgeRequest, mode: RegistrationMode): Promise<Buffer | null> {
    if (mode === 'off') throw new OAuthError('request.not_found');
    if (mode === 'open') return null;
    const digest = presentedTokenDigest(edge);
    if (digest === null || !(await this.ports.store.opens(digest))) throw new OAuthError('client_registration.token');
    return digest;
  }

  private proveSector({ record, sectorIdentifierUri }: RegisteredClient): Promise<void> {
    return provenSector({ sectorIdentifierUri, redirectUris: record.registration.redirectUris }, this.ports.sectors);
  }

  /** RFC 7592 §2.2: a client that says its secret has to say the one it has. */
  private async assertSecret(said: unknown, { record, secrets }: StoredRegistration): Promise<void> {
    if (said === undefined || said === null) return;
    const digest = typeof said === 'string' ? digestOf(said) : '';
    const known = await Promise.all(secrets.map(async (one) => one.digest ?? (one.sealed === null ? null : await this.ports.seals.fingerprint(one.sealed))));
    if (!known.some((one) => one !== null && equal(one, digest))) throw new OAuthError('client_registration.client_secret', { clientId: record.clientId });
  }

  /** CLI-3: kept while it serves the method; another form cannot be made of a digest, so it is another secret. */
  private secretChange(client: RegisteredClient, before: StoredRegistration): { readonly change: SecretChange; readonly value: string | null } {
    const form = secretForm(client.record.authenticationMethod);
    if (form === null) return { change: { change: 'remove' }, value: null };
    if (before.secrets.some((one) => one[form] !== null)) return { change: { change: 'keep' }, value: null };
    const secret = this.newSecret(client);
    return secret === null ? { change: { change: 'remove' }, value: null } : { change: { change: 'replace', secret: secret.stored }, value: secret.value };
  }

  private newSecret({ record }: RegisteredClient): { readonly value: string; readonly stored: NewSecret } | null {
    const form = secretForm(record.authenticationMethod);
    if (form === null) return null;
    const value = randomBytes(SECRET_OCTETS).toString('base64url');
    const rowId = randomUUID();
    if (form === 'digest') return { value, stored: { rowId, digest: digestOf(value), sealed: null, sealingKid: null } };
    const key = this.ports.sealingKeys.sealingKey('client-secret');
    const sealed = sealTo(key, { clientId: record.clientId, secret: value });
    return { value, stored: { rowId, digest: null, sealed, sealingKid: key.kid } };
  }

  private async changed({ record }: RegisteredClient): Promise<void> {
    await this.ports.news.announce();
    if (record.jwksUri !== null) this.ports.fetchSoon();
  }

  private answer(status: number, facts: Omit<Parameters<typeof clientInformation>[0], 'configurationUrl'>): EndpointReply {
    const configurationUrl = `${this.ports.issuer}/register/${facts.record.clientId}`;
    return { status, body: clientInformation({ ...facts, configurationUrl }), headers: {} };
  }
}

function newClientId(): RegisteredClientId {
  return RegisteredClientId.parse(`rc_${randomBytes(ID_OCTETS).toString('base64url')}`);
}

function digestOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}

function equal(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
}

function own(metadata: Metadata, name: string): unknown {
  return Object.hasOwn(metadata, name) ? metadata[name] : undefined;
}
