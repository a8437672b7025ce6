import {
  EVENT_CONTRACTS,
  type EventContract,
  REQUEST_CONTRACTS,
  type RequestContract,
  TEAM_REQUEST_CONTRACTS,
  type TeamRequestContract,
} from '@tessera/contracts';
import type { ServiceName } from '@tessera/vocabulary';

/** What NATS lets one service do: allow lists, sorted, without doubles. Whatever is not listed is refused. */
export interface ServicePermissions {
  readonly publish: readonly string[];
  /** Subjects; `<subject> <queue>` where only that queue group may subscribe. */
  readonly subscribe: readonly string[];
}

/** The permissions of everyone on the bus. */
export type BusPermissions = Readonly<Record<ServiceName, ServicePermissions>>;

/** The contracts permissions are derived from. */
export interface Contracts {
  readonly requests: readonly Pick<RequestContract, 'subject' | 'owner' | 'callers'>[];
  readonly events: readonly Pick<EventContract, 'subject' | 'owner' | 'subscribers'>[];
  /** Absent: nothing is served to teams. */
  readonly teamRequests?: readonly Pick<TeamRequestContract, 'subject' | 'owner' | 'right'>[];
}

/** Every contract there is. */
export const ALL_CONTRACTS: Contracts = { requests: REQUEST_CONTRACTS, events: EVENT_CONTRACTS, teamRequests: TEAM_REQUEST_CONTRACTS };

/** What NATS puts in the place of a reply subject of another account; unguessable behind this. */
export const TEAM_REPLIES = '_R_.';

/**
 * Derives the permission matrix from the contracts (decision 9, NAT-2). A service publishes what it calls, under its own
 * name only, answers into the inboxes of the callers of its contracts, and publishes its events. It subscribes to its own
 * inbox, to its own subjects in its own queue group only, and to the events that name it. What it serves to teams arrives like any
 * other request; the answers go to a subject that NATS makes for each, and leads to the team's account.
 */
export function busPermissions(contracts: Contracts = ALL_CONTRACTS): BusPermissions {
  const of = (service: ServiceName): ServicePermissions => ({
    publish: sorted(publishes(service, contracts)),
    subscribe: sorted(subscribes(service, contracts)),
  });
  return {
    gateway: of('gateway'),
    token: of('token'),
    authorization: of('authorization'),
    'device-ciba': of('device-ciba'),
    worker: of('worker'),
    'key-management': of('key-management'),
    operator: of('operator'),
  };
}

function publishes(service: ServiceName, { requests, events, teamRequests = [] }: Contracts): string[] {
  return [
    ...requests.filter(({ callers }) => callers.includes(service)).map(({ subject }) => `${subject}.${service}`),
    ...requests.filter(({ owner }) => owner === service).flatMap(({ callers }) => callers.map(inbox)),
    ...events.filter(({ owner }) => owner === service).map(({ subject }) => subject),
    ...teamRequests.filter(({ owner }) => owner === service).map(() => `${TEAM_REPLIES}>`),
  ];
}

function subscribes(service: ServiceName, { requests, events, teamRequests = [] }: Contracts): string[] {
  return [
    inbox(service),
    ...[...requests, ...teamRequests].filter(({ owner }) => owner === service).map(({ subject }) => `${subject}.* ${service}`),
    ...events.filter(({ subscribers }) => subscribers.includes(service)).map(({ subject }) => subject),
  ];
}

function inbox(service: ServiceName): string {
  return `_INBOX.${service}.>`;
}

function sorted(subjects: readonly string[]): string[] {
  return [...new Set(subjects)].sort();
}
