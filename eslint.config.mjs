import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';

/** Between projects: architecture by tags. Between files: .dependency-cruiser.cjs. Both are proven by tests/boundaries. */
const layers = [
  { sourceTag: 'layer:vocabulary', onlyDependOnLibsWithTags: [], allowedExternalImports: ['zod'] },
  { sourceTag: 'layer:protocol', onlyDependOnLibsWithTags: ['layer:vocabulary'], allowedExternalImports: ['zod'] },
  { sourceTag: 'layer:contract', onlyDependOnLibsWithTags: ['layer:vocabulary', 'layer:protocol'], allowedExternalImports: ['zod'] },
  { sourceTag: 'layer:foundation', onlyDependOnLibsWithTags: ['layer:vocabulary'], bannedExternalImports: ['@nestjs/*', '@prisma/*', 'nats'] },
  { sourceTag: 'layer:messaging', onlyDependOnLibsWithTags: ['layer:vocabulary', 'layer:contract', 'layer:foundation'], bannedExternalImports: ['@prisma/*', 'pg'] },
  { sourceTag: 'layer:lifecycle', onlyDependOnLibsWithTags: ['layer:vocabulary', 'layer:foundation', 'layer:messaging'], bannedExternalImports: ['@prisma/*', 'pg'] },
  { sourceTag: 'layer:adapter', onlyDependOnLibsWithTags: ['layer:vocabulary', 'layer:protocol', 'layer:foundation'], bannedExternalImports: ['@nestjs/*', 'nats'] },
  {
    sourceTag: 'layer:lease',
    onlyDependOnLibsWithTags: ['layer:vocabulary', 'layer:protocol', 'layer:contract', 'layer:foundation', 'layer:messaging', 'layer:adapter'],
    notDependOnLibsWithTags: ['adapter:database', 'adapter:outbound-http'],
    bannedExternalImports: ['@nestjs/*', '@prisma/*', 'pg'],
  },
  {
    sourceTag: 'layer:app',
    onlyDependOnLibsWithTags: ['layer:vocabulary', 'layer:protocol', 'layer:contract', 'layer:foundation', 'layer:messaging', 'layer:lifecycle', 'layer:adapter', 'layer:lease'],
  },
  { sourceTag: 'app:gateway', notDependOnLibsWithTags: ['adapter:database', 'adapter:outbound-http'], bannedExternalImports: ['@prisma/*', 'pg', 'jose'] },
  { sourceTag: 'app:cli', notDependOnLibsWithTags: ['adapter:database', 'adapter:outbound-http', 'layer:lifecycle'], bannedExternalImports: ['@prisma/*', 'pg', 'jose'] },
  { sourceTag: 'app:playground', onlyDependOnLibsWithTags: ['layer:foundation'], bannedExternalImports: ['@nestjs/*', '@prisma/*', 'pg', 'nats'] },
  { sourceTag: 'app:token', notDependOnLibsWithTags: ['adapter:outbound-http'] },
  { sourceTag: 'app:key-management', notDependOnLibsWithTags: ['adapter:outbound-http'] },
];

const clock = 'Take a Clock: time is an argument (style: pure decisions).';

export default tseslint.config(
  { ignores: ['**/dist/**', '**/generated/**', '**/node_modules/**', '**/.data/**', '**/.*/**'] },
  ...tseslint.configs.recommended,
  {
    files: ['**/*.ts'],
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      eqeqeq: ['error', 'always'],
      'no-restricted-imports': [
        'error',
        {
          paths: [
            { name: '@nestjs/common', importNames: ['Global', 'forwardRef'], message: 'A module names what it needs; there are no globals and no cycles.' },
            { name: 'node:crypto', importNames: ['generateKeyPair', 'generateKeyPairSync'], message: '@tessera/jose/key-pair: a generated key can stop the process (decision 40).' },
          ],
        },
      ],
    },
  },
  {
    files: ['apps/**/*.ts', 'libs/**/*.ts'],
    ignores: ['**/*.spec.ts', '**/testing*.ts', 'libs/testing/**', '**/testing/**'],
    plugins: { '@nx': nx },
    rules: {
      '@nx/enforce-module-boundaries': ['error', { allow: [], enforceBuildableLibDependency: false, depConstraints: layers }],
      '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'never' }],
      'max-lines': ['error', { max: 300 }],
      'max-lines-per-function': ['error', { max: 60, skipComments: true, skipBlankLines: true }],
      'no-console': 'error',
      'no-restricted-globals': ['error', { name: 'fetch', message: 'outbound-http guards against SSRF.' }],
      'no-restricted-properties': ['error', { object: 'Math', property: 'random', message: 'node:crypto, or a randomness argument.' }],
    },
  },
  { files: ['libs/jose/src/key-pair/fresh-key-pair.ts'], rules: { 'no-restricted-imports': 'off' } },
  {
    files: ['libs/protocol/**/*.ts', 'libs/vocabulary/**/*.ts'],
    ignores: ['**/*.spec.ts', '**/testing*.ts', 'libs/vocabulary/clock.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        { name: 'Date', message: clock },
        { name: 'performance', message: clock },
        { name: 'setTimeout', message: clock },
        { name: 'setInterval', message: clock },
        { name: 'setImmediate', message: clock },
        { name: 'process', message: 'configuration parses the environment once; a policy is an argument.' },
        { name: 'fetch', message: 'outbound-http guards against SSRF; the network is a port.' },
        { name: 'crypto', message: 'Randomness is an argument.' },
      ],
      'no-restricted-syntax': [
        'error',
        {
          selector: "ImportSpecifier[imported.name=/^(randomBytes|randomUUID|randomInt|getRandomValues|generateKeyPair.*)$/]",
          message: 'Randomness is an argument.',
        },
      ],
    },
  },
  {
    files: ['apps/**/*.ts', 'libs/**/*.ts'],
    ignores: ['libs/configuration/**', 'libs/lifecycle/src/run-process.ts', 'libs/testing/**', '**/*.spec.ts', 'apps/cli/**', 'libs/protocol/**', 'libs/vocabulary/**'],
    rules: { 'no-restricted-properties': ['error', { object: 'process', property: 'env', message: 'configuration parses the environment once.' }, { object: 'Math', property: 'random', message: 'node:crypto, or a randomness argument.' }] },
  },
);
