import { Metrics } from '@tessera/observability';
import type { GrantType } from '@tessera/protocol/client';
import { type IssuerSignatureAlgorithm, OAuthError, type OAuthErrorCode, Outage } from '@tessera/vocabulary';
import { IssuanceMetrics } from './issuance-metrics.js';

function counting() {
  const metrics = new Metrics('token');
  const counts = new IssuanceMetrics(metrics);
  const lines = async (name: string) => (await metrics.exposition()).split('\n').filter((line) => line.startsWith(`tessera_${name}`)).map((line) => line.replace(',process="token"', '').replace('process="token"', ''));
  return { counts, lines };
}

describe('Ours: what token makes is counted', () => {
  it('tokens by grant and algorithm, handles as none', async () => {
    const { counts, lines } = counting();
    counts.issued('client_credentials', 'ES256');
    counts.issued('client_credentials', 'ES256');
    counts.issued('refresh_token', null);
    expect((await lines('tokens_issued_total')).sort()).toEqual([
      'tessera_tokens_issued_total{alg="ES256",grant="client_credentials"} 2',
      'tessera_tokens_issued_total{alg="none",grant="refresh_token"} 1',
    ]);
  });

  it('errors by their registered code; an outage and a bug as the codes their answers have', async () => {
    const { counts, lines } = counting();
    counts.failed(new OAuthError('client_authentication.wrong_secret'));
    counts.failed(new Outage('postgresql', 'away'));
    counts.failed(new TypeError('bug'));
    expect((await lines('token_errors_total')).sort()).toEqual([
      'tessera_token_errors_total{error="invalid_client"} 1',
      'tessera_token_errors_total{error="server_error"} 1',
      'tessera_token_errors_total{error="temporarily_unavailable"} 1',
    ]);
  });

  it('signatures by the time they take', async () => {
    const { counts, lines } = counting();
    const signer = counts.timed({ sign: () => ({ token: 'a.b.c', kid: 'sign-1' as never }) });
    expect(signer.sign('ES256', 'at+jwt', {}).token).toBe('a.b.c');
    expect(await lines('signing_duration_seconds_count')).toEqual(['tessera_signing_duration_seconds_count{} 1']);
  });

  it('SEC-5 a hostile grant, algorithm or error MUST NOT become a label value', async () => {
    const { counts, lines } = counting();
    for (let i = 0; i < 1_000; i += 1) {
      counts.issued(`urn:hostile:${i}` as GrantType, `HS${i}` as IssuerSignatureAlgorithm);
      counts.failed(Object.assign(new OAuthError('request.malformed'), { code: `hostile_${i}` as OAuthErrorCode }));
    }
    expect(await lines('tokens_issued_total')).toEqual(['tessera_tokens_issued_total{alg="other",grant="other"} 1000']);
    expect(await lines('token_errors_total')).toEqual(['tessera_token_errors_total{error="other"} 1000']);
  });
});
