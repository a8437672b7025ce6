import { findProgram } from '../launcher/binaries.mjs';
import { run } from '../launcher/installation.mjs';

/** Whether a container engine answers, with compose: DOCKER_HOST says which, else the machine's own. tools/offline starts one. */
export async function hasEngine(env) {
  if (findProgram('docker', env) === null) return false;
  const answers = async (...args) => (await run('docker', args, { env })).code === 0;
  return (await answers('info')) && (await answers('compose', 'version'));
}
