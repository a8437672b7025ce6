import type { DatabaseOwner } from '../statements.js';
import type { OutageAwareClient } from './outage-aware-client.js';

/** The models of each owner, as in `prisma/schema/<owner>.prisma`; a test compares the two. */
export const OWNED_MODELS = {
  authorization: [
    'client', 'clientSecret', 'clientKeySet', 'resource', 'clientChange', 'clientChangeCounter', 'authorizationAuditEvent',
    'account', 'accountIdentifier', 'credential', 'externalIdentity', 'signInFailure', 'openedSecret',
    'session', 'interaction', 'interactionStep', 'consent', 'authorizationGrant', 'pushedAuthorizationRequest', 'authorizationCode',
    'initialAccessToken', 'clientRegistration', 'logoutDelivery', 'team',
  ],
  token: ['opaqueAccessToken', 'refreshFamily', 'refreshGeneration', 'revokedJti', 'replayLedger', 'tokenAuditEvent'],
  'device-ciba': [
    'deviceAuthorization', 'userCodeFailure', 'backchannelAuthenticationRequest', 'backchannelStart', 'silencedClient', 'backchannelDelivery', 'pushSubscription', 'webPushDelivery',
    'deviceCibaAuditEvent',
  ],
  'key-management': ['key', 'keyEncryptionCanary', 'leaseAudit', 'keyManagementAuditEvent'],
} as const satisfies Record<DatabaseOwner, readonly (keyof OutageAwareClient)[]>;

/** The models of one owner and nothing else: what may stand in a transaction. */
export type OwnedModels<Owner extends DatabaseOwner> = Pick<OutageAwareClient, (typeof OWNED_MODELS)[Owner][number]>;

/**
 * Prisma for one owner (decision 3): its models and transactions over them. No raw SQL: that stands in `prisma/queries` and
 * runs through `Queries`, on the same pool.
 */
export type OwnerClient<Owner extends DatabaseOwner> = OwnedModels<Owner> & {
  $transaction<Result>(
    work: (transaction: OwnedModels<Owner>) => Promise<Result>,
    options?: { readonly maxWait?: number; readonly timeout?: number },
  ): Promise<Result>;
};
