import type { ClientDirectory, Queries } from '@tessera/database';
import type { OpeningKey } from '@tessera/jose';
import type { ServiceClient } from '@tessera/messaging';
import type { Logger } from '@tessera/observability';
import type { ApprovalWebhook } from '@tessera/protocol/backchannel-authentication';
import type { KeyPurpose } from '@tessera/protocol/key-lease';
import type { Clock } from '@tessera/vocabulary';
import type { DerivationKeys } from './backchannel-authentication/index.js';
import type { VapidKey } from './web-push/index.js';

/** What a deployment decides about the decoupled flows. */
export interface DecoupledPolicy {
  readonly issuer: string;
  /** Seconds a device code lives. */
  readonly deviceCodeLifetimeSeconds: number;
  /** Device codes of one client that may wait at the same time. */
  readonly deviceCodesPerClient: number;
  /** And of one source. */
  readonly deviceCodesPerSource: number;
  /** Wrong user codes from one source in ten minutes. */
  readonly userCodeFailuresPerSource: number;
  /** Seconds a backchannel authentication request lives that asks for nothing else, and at most (CIB-10). */
  readonly backchannelLifetimeSeconds: number;
  readonly backchannelLifetimeSecondsMax: number;
  /** Backchannel authentication requests of one client in ten minutes (CIB-4). */
  readonly backchannelRequestsPerClient: number;
  readonly backchannelRequestsPerPerson: number;
  /** Whether people are written to when a request waits for them. */
  readonly approvalEmail: boolean;
  /** The deployment's own authenticator, which is told of every request; null where there is none. */
  readonly approvalWebhook: ApprovalWebhook | null;
  /** The key browsers are pushed to with; null where none is. */
  readonly webPush: VapidKey | null;
  /** What that authenticator signs its reports with; null where it may not answer for people. */
  readonly approvalCompletionSecret: Uint8Array | null;
}

/** What this service stands on. */
export interface DeviceCibaFoundation {
  readonly queries: Queries;
  readonly directory: Pick<ClientDirectory, 'client' | 'resource' | 'pollNow'>;
  readonly services: Pick<ServiceClient, 'call' | 'publish'>;
  readonly lease: DerivationKeys & { openingKeys(purpose: KeyPurpose): readonly OpeningKey[]; renewNow(): void };
  readonly policy: DecoupledPolicy;
  readonly clock: Clock;
  readonly logger: Logger;
}
