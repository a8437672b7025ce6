import type { OutgoingEdgeRequest } from '../http/index.js';
import type { SecretSeal } from '../sealing/secret-seal.js';

/**
 * The `user_code` of a backchannel authentication request (CIBA Core §7.1): a secret of a person. It never leaves this process in
 * clear (decision 8); only authorization opens it, once, for this request. Sent twice, it is refused by the endpoint's owner, who
 * then gets neither.
 */
export class UserCodeParameter {
  constructor(private readonly secrets: SecretSeal) {}

  /** @throws {Outage} when there is no key to seal to. */
  seal(edge: OutgoingEdgeRequest): OutgoingEdgeRequest {
    if (!edge.parameters.some(([name]) => name === 'user_code')) return edge;
    return {
      ...edge,
      parameters: edge.parameters.map(([name, value]) => [name, name === 'user_code' && value !== '' ? this.secrets.seal(value, 'user-code', edge.requestId) : value]),
    };
  }
}
