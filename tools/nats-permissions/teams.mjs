#!/usr/bin/env node
// node tools/nats-permissions/teams.mjs <declaration file>...: prints the accounts of the teams that the files declare, which the
// configuration of nats-server includes as teams.conf. Needs the build: npx nx build messaging
import { teamsFile } from '@tessera/messaging/permissions';
import { declaredTeams } from './declared-teams.mjs';

try {
  process.stdout.write(teamsFile(await declaredTeams(process.argv.slice(2))));
} catch (error) {
  process.stderr.write(`teams: ${error.message}\n`);
  process.exitCode = 1;
}
