import type { Metrics, Tally } from '@tessera/observability';
import type { AccessTokenSigner, IssuanceCount } from '@tessera/protocol/access-token';
import { GrantType } from '@tessera/protocol/client';
import { IssuerSignatureAlgorithm, type KeyId, OAUTH_ERROR_CODES, OAuthError, Outage } from '@tessera/vocabulary';

/** What stands for the algorithm of a token that is a handle. */
const HANDLE = 'none';

/** What this service makes and refuses, counted: every label from a list (SEC-5), an addition and no more on the path of a token. */
export class IssuanceMetrics {
  private readonly tokens: Tally<'grant' | 'alg'>;
  private readonly errors: Tally<'error'>;
  private readonly signing: { observe(seconds: number): void };

  constructor(metrics: Metrics) {
    this.tokens = metrics.tally('tokens_issued_total', 'Access tokens made, by grant and algorithm; none for handles.', ['grant', 'alg'], {
      grant: GrantType.options,
      alg: [...IssuerSignatureAlgorithm.options, HANDLE],
    });
    this.errors = metrics.tally('token_errors_total', 'Token requests that were not answered with a token, by the error of the answer.', ['error'], {
      error: OAUTH_ERROR_CODES,
    });
    this.signing = metrics.seconds('signing_duration_seconds', 'Time a signature takes.', []);
  }

  readonly issued: IssuanceCount = (grantType, algorithm) => this.tokens.add(grantType, algorithm ?? HANDLE);

  /** What a token request ended with instead of a token. */
  failed(error: unknown): void {
    if (error instanceof OAuthError) this.errors.add(error.code);
    else this.errors.add(error instanceof Outage ? 'temporarily_unavailable' : 'server_error');
  }

  /** A signer whose signatures are timed. */
  timed(signer: AccessTokenSigner): AccessTokenSigner {
    return {
      sign: (algorithm: IssuerSignatureAlgorithm, typ: string, claims: Readonly<Record<string, unknown>>): { token: string; kid: KeyId } => {
        const began = performance.now();
        const signed = signer.sign(algorithm, typ, claims);
        this.signing.observe((performance.now() - began) / 1_000);
        return signed;
      },
    };
  }
}
