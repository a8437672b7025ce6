import { findProgram } from '../launcher/binaries.mjs';
import { LaunchFailure } from '../launcher/failure.mjs';
import { canInstallPackages, installPackages, PACKAGE_OF } from '../launcher/packages.mjs';

/** Names under which systems have Chromium or a browser made from it. */
const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

/**
 * The browser of the browser specs: the one TESSERA_CHROMIUM names; else one on this machine; else, as root on Debian or Ubuntu,
 * the package is installed; else one line with the cure.
 */
export async function findBrowser({ env = process.env, note }) {
  const named = env.TESSERA_CHROMIUM;
  if (named) {
    const program = findProgram(named, { PATH: '' }) ?? findProgram(named, env);
    if (program !== null) return program;
    throw new LaunchFailure(`TESSERA_CHROMIUM names ${named}, which cannot be run: give the path of Chromium.`);
  }
  const look = () => NAMES.map((name) => findProgram(name, env)).find((program) => program !== null) ?? null;
  const found = look();
  if (found !== null) return found;
  const reason = canInstallPackages() ? await installPackages(['chromium'], { note }) : null;
  const installed = look();
  if (installed !== null) return installed;
  const why = reason === null ? '' : ` (apt-get: ${reason})`;
  throw new LaunchFailure(
    `missing: Chromium, for the browser specs${why}. Install it (Debian, Ubuntu: sudo apt-get install ${PACKAGE_OF.chromium}), or name one in TESSERA_CHROMIUM.`,
  );
}
