import type { Topic } from '../explanations/topics.js';
import type { SentRequest } from './run.js';

/** The endpoints a request is recognised by; the names are those of the metadata. */
export interface Endpoints {
  readonly jwks_uri?: string | undefined;
  readonly token_endpoint?: string | undefined;
  readonly userinfo_endpoint?: string | undefined;
  readonly introspection_endpoint?: string | undefined;
  readonly revocation_endpoint?: string | undefined;
  readonly pushed_authorization_request_endpoint?: string | undefined;
  readonly device_authorization_endpoint?: string | undefined;
  readonly backchannel_authentication_endpoint?: string | undefined;
}

const BY_GRANT_TYPE: Readonly<Record<string, Topic>> = {
  authorization_code: 'code-exchange',
  client_credentials: 'client-credentials',
  password: 'password',
  refresh_token: 'refresh',
  'urn:ietf:params:oauth:grant-type:device_code': 'device-poll',
  'urn:openid:params:grant-type:ciba': 'backchannel-poll',
};

/** What a request of the library is about. */
export function topicOf(request: SentRequest, endpoints: Endpoints): Topic {
  switch (request.url) {
    case endpoints.token_endpoint:
      return BY_GRANT_TYPE[request.parameters.find(([name]) => name === 'grant_type')?.[1] ?? ''] ?? 'other';
    case endpoints.jwks_uri:
      return 'keys';
    case endpoints.userinfo_endpoint:
      return 'userinfo';
    case endpoints.introspection_endpoint:
      return 'introspection';
    case endpoints.revocation_endpoint:
      return 'revocation';
    case endpoints.pushed_authorization_request_endpoint:
      return 'pushed-authorization-request';
    case endpoints.backchannel_authentication_endpoint:
      return 'backchannel-authentication';
    case endpoints.device_authorization_endpoint:
      return 'device-authorization';
    default:
      return request.url.includes('/.well-known/') ? 'discovery' : 'other';
  }
}
