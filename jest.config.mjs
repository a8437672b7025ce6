// ESM jest: run through `node --experimental-vm-modules`. The swc options stand inline because swc looks for .swcrc in the working directory only.
const swc = {
  swcrc: false,
  sourceMaps: 'inline',
  jsc: {
    target: 'es2022',
    keepClassNames: true,
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
  },
  module: { type: 'es6' },
};

/** Specs without a suffix touch nothing; those with one talk to a real PostgreSQL, Redis or NATS, a system or a browser, and run apart (tools/test.mjs). */
export default {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': ['@swc/jest', swc] },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  testEnvironmentOptions: { customExportConditions: ['@tessera/source', 'node', 'node-addons'] },
  // Nothing here is timed: the bound only ends what hangs, on a slow machine too.
  testTimeout: 30_000,
  testMatch: ['**/*.spec.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/', '\\.(io|bus|flow|browser|fault|render|container)\\.spec\\.ts$'],
  modulePathIgnorePatterns: ['/dist/'],
};
