#!/usr/bin/env node
// Writes k8s/base/nats/permissions.conf from libs/contracts; `--check` only says whether it would differ (exit 1).
// Needs the build: npx nx build messaging
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { busPermissions, permissionsFile } from '@tessera/messaging/permissions';

const file = fileURLToPath(new URL('../../k8s/base/nats/permissions.conf', import.meta.url));
const wanted = permissionsFile(busPermissions());

if (process.argv.includes('--check')) {
  if (committed() !== wanted) {
    process.stderr.write('k8s/base/nats/permissions.conf is not what libs/contracts says: run node tools/nats-permissions/generate.mjs\n');
    process.exitCode = 1;
  }
} else {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, wanted);
}

function committed() {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
