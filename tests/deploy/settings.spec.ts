import { OVERLAYS, ofKind, parseManifests, snapshotText } from './manifests.js';
import { OF_NODE, settingsOf, WORKLOADS } from './settings.js';
import { composeFile } from './compose-file.js';

/** What a container is given, by the name of the setting: `X_FILE` is a way to give `X`. */
const settings = (names: readonly string[]) => [...new Set(names.filter((name) => !OF_NODE.includes(name)).map((name) => name.replace(/_FILE$/, '')))];

function givenIn(overlay: string, workload: string): string[] {
  const manifests = parseManifests(snapshotText(overlay));
  const deployment = ofKind(manifests, 'Deployment').find(({ metadata }) => metadata.name === workload);
  const container = deployment?.spec.template.spec.containers[0];
  const shared = (container?.envFrom ?? []).flatMap(({ configMapRef }) => Object.keys(ofKind(manifests, 'ConfigMap').find(({ metadata }) => metadata.name === configMapRef.name)?.data ?? {}));
  return [...shared, ...(container?.env ?? []).map(({ name }) => name)];
}

const compose = composeFile();
/** The image itself says where the operations port and the gateway listen. */
const OF_IMAGE: Readonly<Record<string, readonly string[]>> = { gateway: ['OPS_HOST', 'OPS_PORT', 'HOST', 'PORT'] };
const places = [
  ...OVERLAYS.flatMap((overlay) => WORKLOADS.map((workload) => ({ place: `overlay ${overlay}`, workload, given: givenIn(overlay, workload) }))),
  ...WORKLOADS.map((workload) => ({
    place: 'compose',
    workload,
    given: [...Object.keys(compose.services[workload]?.environment ?? {}), ...(OF_IMAGE[workload] ?? ['OPS_HOST', 'OPS_PORT'])],
  })),
];

describe.each(places)('Decision 10: $workload in $place', ({ workload, given }) => {
  it('is given every setting it needs, and none it does not read', () => {
    const { all, required } = settingsOf(workload);
    expect(required.filter((name) => !settings(given).includes(name))).toEqual([]);
    expect(settings(given).filter((name) => !all.includes(name))).toEqual([]);
  });

  it('SEC-6 gets its secrets through files', () => {
    const secret = /^(NATS_SEED|DATABASE_URL|REDIS_URL|KEY_ENCRYPTION_KEYRING|PASSWORD_PEPPER)$/;
    expect(given.filter((name) => secret.test(name))).toEqual([]);
  });
});

describe('Ours: the settings of a workload, as its source names them', () => {
  it('are known for each', () => {
    expect(settingsOf('token').required).toEqual(expect.arrayContaining(['TESSERA_ISSUER', 'NATS_URL', 'NATS_SEED', 'OPS_PORT', 'DATABASE_URL', 'KEY_MANAGEMENT_NKEY']));
    expect(settingsOf('worker').required).toContain('REDIS_URL');
    expect(settingsOf('authorization').required).toContain('PASSWORD_PEPPER');
    expect(settingsOf('gateway').required).not.toContain('TRUSTED_PROXIES');
  });
});
