import type { OutgoingEdgeRequest } from '../http/index.js';
import type { SecretSeal } from '../sealing/secret-seal.js';

/**
 * The `password` parameter of a token request (RFC 6749 §4.3.2). It never leaves this process in clear: where the grant is switched
 * on it is sealed, and everywhere else it means nothing (RFC 6749 §3.2) and is dropped.
 */
export class PasswordParameter {
  constructor(
    private readonly secrets: SecretSeal,
    private readonly grantEnabled: boolean,
  ) {}

  /** @throws {Outage} when there is no key to seal to. */
  seal(edge: OutgoingEdgeRequest): OutgoingEdgeRequest {
    const { parameters } = edge;
    const password = valueOf(parameters, 'password');
    if (password === undefined) return edge;
    const others = parameters.filter(([name]) => name !== 'password');
    if (!this.grantEnabled || valueOf(parameters, 'grant_type') !== 'password' || password === '') return { ...edge, parameters: others };
    return { ...edge, parameters: [...others, ['password', this.secrets.seal(password, 'password-grant', edge.requestId)]] };
  }
}

function valueOf(parameters: OutgoingEdgeRequest['parameters'], name: string): string | undefined {
  return parameters.find(([key]) => key === name)?.[1];
}
