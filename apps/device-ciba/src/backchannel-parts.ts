import { randomInt, randomUUID } from 'node:crypto';
import { type AuthenticationDevice, BROWSERS_PER_PERSON_MAX, EMAIL_DEVICE, WEBHOOK_DEVICE } from '@tessera/protocol/backchannel-authentication';
import type { ClientAuthenticationPorts } from '@tessera/protocol/client-authentication';
import { DeliveryDesk, deskKind } from '@tessera/protocol/delivery';
import { POLL_INTERVAL_SECONDS_DEFAULT } from '@tessera/vocabulary';
import { ApprovalDecisions, ApprovalDesk, CompletionDesk, SqlApprovals } from './authentication-device/index.js';
import { type BackchannelAuthenticationEndpoint, BusPeople, SqlBackchannelRequests, TokenSeal } from './backchannel-authentication/index.js';
import { authenticator } from './client-authentication/index.js';
import { announceDeliveries } from './client-notification/announce-deliveries.js';
import { type BackchannelDeliveryKind, type BackchannelDeliveryPorts, backchannelDeliveries } from './client-notification/backchannel-deliveries.js';
import type { DeviceCibaFoundation } from './foundation.js';
import { SqlPushSubscriptions } from './web-push/index.js';

/** Backchannel authentication, and where its person decides. */
export interface BackchannelParts {
  readonly backchannelAuthentication: BackchannelAuthenticationEndpoint;
  readonly approvals: ApprovalDesk;
  /** What people answered on the deployment's own authenticator. */
  readonly completions: CompletionDesk;
  /** What has to be told, by kind: for whoever sends it. */
  readonly deliveries: DeliveryDesk;
}

/** Binds them. */
export function backchannelParts(on: DeviceCibaFoundation, authentication: ClientAuthenticationPorts): BackchannelParts {
  const { queries, directory, services, lease, policy, clock, logger } = on;
  const deliveryWritten = () => announceDeliveries(services, logger);
  const devices: readonly AuthenticationDevice[] = [...(policy.approvalEmail ? [EMAIL_DEVICE] : []), ...(policy.approvalWebhook === null ? [] : [WEBHOOK_DEVICE])];
  const seal = new TokenSeal(lease);
  const approvals = new SqlApprovals(queries);
  const subscriptions = new SqlPushSubscriptions(queries);
  const { webPush } = policy;
  const decisions = new ApprovalDecisions({ approvals, services, deliveryWritten });
  const limits = {
    perClient: policy.backchannelRequestsPerClient,
    perPerson: policy.backchannelRequestsPerPerson,
    browsers: policy.webPush === null ? 0 : BROWSERS_PER_PERSON_MAX,
  };
  const requests = new SqlBackchannelRequests(queries, seal, limits, deliveryWritten);
  return {
    backchannelAuthentication: {
      ports: {
        ...authentication,
        authenticate: authenticator(policy.issuer, authentication)('backchannelAuthentication'),
        resources: { find: (identifier) => directory.resource(identifier) },
        people: new BusPeople(services),
        requests,
        devices,
        handleKey: () => lease.macKeys('derivation')[0],
        newId: () => randomUUID(),
        drawBelow: (bound) => randomInt(bound),
        clock,
      },
      policy: {
        issuer: policy.issuer,
        lifetimeSeconds: policy.backchannelLifetimeSeconds,
        lifetimeSecondsMax: policy.backchannelLifetimeSecondsMax,
        intervalSeconds: POLL_INTERVAL_SECONDS_DEFAULT,
      },
    },
    deliveries: deliveriesOf({ issuer: policy.issuer, queries, directory, services, lease, seal, webhook: policy.approvalWebhook, webPush: webPush && { key: webPush, subscriptions }, clock }),
    approvals: new ApprovalDesk({ approvals, decisions, directory, services, lease, webPush: webPush && { publicKey: webPush.publicKey, subscriptions } }),
    completions: new CompletionDesk({ approvals, decisions, secret: policy.approvalCompletionSecret, clock }),
  };
}

/** The kinds of delivery this service owns; a new one is a new row here. */
function deliveriesOf(ports: BackchannelDeliveryPorts): DeliveryDesk {
  const of = (kind: BackchannelDeliveryKind) => deskKind(backchannelDeliveries(kind, ports));
  return new DeliveryDesk({ ping: of('ping'), push: of('push'), email: of('email'), webhook: of('webhook'), 'web-push': of('web-push') });
}
