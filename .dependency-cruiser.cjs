/** Import rules between files (docs/architecture.md). Between projects: eslint.config.mjs. Each rule is proven by tests/boundaries. */
const SPEC = '\\.spec\\.ts$';
const TESTING = '(^|/)testing[a-z-]*(/|\\.ts$)|^libs/testing/';

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: { pathNot: 'generated' }, to: { circular: true } },
    {
      name: 'protocol-is-pure',
      comment: 'Protocol code knows no framework, no IO, no clock, no randomness.',
      severity: 'error',
      from: { path: '^libs/protocol/', pathNot: `${SPEC}|${TESTING}` },
      to: { pathNot: ['^libs/(protocol|vocabulary)/', 'node_modules/zod/', '^(node:)?crypto$'] },
    },
    {
      name: 'vocabulary-knows-nobody',
      severity: 'error',
      from: { path: '^libs/vocabulary/', pathNot: SPEC },
      to: { pathNot: ['^libs/vocabulary/', 'node_modules/zod/'] },
    },
    {
      name: 'features-meet-at-their-index',
      comment: 'A protocol feature is used through its index.ts (specs and testing.ts also through testing.ts).',
      severity: 'error',
      from: { path: '^libs/protocol/([^/]+)/' },
      to: { path: '^libs/protocol/[^/]+/', pathNot: ['^libs/protocol/$1/', '^libs/protocol/[^/]+/(index|testing)\\.ts$'] },
    },
    {
      name: 'testing-is-for-tests',
      comment: 'Fakes and builders are imported by specs and other testing code only.',
      severity: 'error',
      from: { pathNot: [SPEC, TESTING, '^tests/', '^bench/'] },
      to: { path: TESTING, pathNot: 'node_modules' },
    },
    { name: 'nothing-imports-a-spec', severity: 'error', from: {}, to: { path: SPEC, pathNot: 'node_modules' } },
    {
      name: 'apps-do-not-import-apps',
      severity: 'error',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    { name: 'libs-do-not-import-apps', severity: 'error', from: { path: '^libs/' }, to: { path: '^apps/' } },
    {
      name: 'signing-needs-a-lease',
      comment: 'The signing entry of jose: token and authorization only, and key-lease, which hands out the keys.',
      severity: 'error',
      from: { pathNot: ['^apps/(token|authorization)/', '^libs/(jose|key-lease)/', SPEC, '^bench/'] },
      to: { path: '^libs/jose/src/signing/' },
    },
    {
      name: 'gateway-and-cli-hold-no-key',
      comment: 'Of jose only the sealing to a public key, of key-lease only the mirror of the published keys.',
      severity: 'error',
      from: { path: '^apps/(gateway|cli)/', pathNot: [SPEC, TESTING] },
      to: { path: '^libs/(jose|key-lease)/', pathNot: ['^libs/jose/src/seal/', '^libs/key-lease/src/published-keys/'] },
    },
    {
      name: 'gateway-decides-nothing',
      comment: 'Types from any protocol feature, values only from those that are about the wire.',
      severity: 'error',
      from: { path: '^apps/gateway/', pathNot: SPEC },
      to: {
        path: '^libs/protocol/',
        pathNot: '^libs/protocol/(edge|form-parameters|client-credentials-presentation|authorization-response|server-metadata|session-management)/',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'only-the-worker-sends',
      comment: 'device-ciba and its worker are one project and two processes: the service has no egress (decision 8).',
      severity: 'error',
      from: { path: '^apps/device-ciba/src/main\\.ts$' },
      to: { path: '^libs/outbound-http/', reachable: true },
    },
    {
      name: 'the-worker-has-no-database',
      comment: 'Owners serve it what is due (decisions 6 and 26).',
      severity: 'error',
      from: { path: '^apps/device-ciba/src/worker\\.main\\.ts$' },
      to: { path: '^libs/database/', reachable: true },
    },
    {
      name: 'playground-is-a-stranger',
      comment: 'The demo relying party speaks through an independent client library; of ours it reads its configuration only.',
      severity: 'error',
      from: { path: '^apps/playground/', pathNot: TESTING },
      to: { path: '^libs/', pathNot: '^libs/configuration/' },
    },
    {
      name: 'nest-stays-at-the-edge',
      severity: 'error',
      from: { path: '^libs/', pathNot: ['^libs/(messaging|lifecycle)/', SPEC, TESTING] },
      to: { path: 'node_modules/@nestjs/' },
    },
    {
      name: 'adapters-do-not-meet',
      severity: 'error',
      from: { path: '^libs/(database|jose|outbound-http)/', pathNot: [SPEC, TESTING] },
      to: { path: '^libs/(database|jose|outbound-http|contracts|messaging|lifecycle|key-lease)/', pathNot: '^libs/$1/' },
    },
    {
      name: 'no-dumping-grounds',
      severity: 'error',
      from: {},
      to: { path: '(^|/)(utils?|helpers?|common|shared|misc)(/|\\.ts$)', pathNot: 'node_modules' },
    },
    {
      name: 'packages-are-declared',
      severity: 'error',
      from: { path: '^(apps|libs)/' },
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/' },
    tsPreCompilationDeps: true,
    preserveSymlinks: false,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['@tessera/source', 'import', 'require', 'node', 'default'], extensions: ['.ts', '.js', '.mjs', '.cjs', '.json'] },
  },
};
