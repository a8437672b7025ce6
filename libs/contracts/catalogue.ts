import * as api from './api/index.js';
import * as authorization from './authorization/index.js';
import type { EventContract, RequestContract, TeamRequestContract } from './define-contract.js';
import * as deviceCiba from './device-ciba/index.js';
import * as keyManagement from './key-management/index.js';
import * as token from './token/index.js';

const DECLARED: readonly unknown[] = [api, authorization, deviceCiba, keyManagement, token].flatMap((module) => Object.values(module));

function hasKind(value: unknown, kind: 'request' | 'event' | 'team-request'): boolean {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === kind && 'subject' in value;
}

/** Every request contract there is, for the permission generator, the contract tests and the documents. */
export const REQUEST_CONTRACTS: readonly RequestContract[] = DECLARED.filter((value): value is RequestContract =>
  hasKind(value, 'request'),
);

/** Every event contract there is. */
export const EVENT_CONTRACTS: readonly EventContract[] = DECLARED.filter((value): value is EventContract =>
  hasKind(value, 'event'),
);

/** Every request that teams may be allowed. */
export const TEAM_REQUEST_CONTRACTS: readonly TeamRequestContract[] = DECLARED.filter((value): value is TeamRequestContract =>
  hasKind(value, 'team-request'),
);
