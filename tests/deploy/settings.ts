import { COMMON_SETTINGS, type ConfigurationShape } from '@tessera/configuration';
import { AUTHORIZATION_SETTINGS } from '../../apps/authorization/src/settings.js';
import { WORKER_SETTINGS } from '../../apps/device-ciba/src/client-notification/start-worker.js';
import { DEVICE_CIBA_SETTINGS } from '../../apps/device-ciba/src/settings.js';
import { GATEWAY_SETTINGS } from '../../apps/gateway/src/settings.js';
import { KEY_MANAGEMENT_SETTINGS } from '../../apps/key-management/src/settings.js';
import { TOKEN_SETTINGS } from '../../apps/token/src/settings.js';

const SHAPES: Readonly<Record<string, ConfigurationShape>> = {
  gateway: GATEWAY_SETTINGS,
  token: TOKEN_SETTINGS,
  authorization: AUTHORIZATION_SETTINGS,
  'key-management': KEY_MANAGEMENT_SETTINGS,
  'device-ciba': DEVICE_CIBA_SETTINGS,
  worker: WORKER_SETTINGS,
};
/** What Node.js itself reads. */
export const OF_NODE = ['NODE_OPTIONS', 'NODE_EXTRA_CA_CERTS', 'UV_THREADPOOL_SIZE'];

export const WORKLOADS = Object.keys(SHAPES);

interface Settings {
  readonly all: readonly string[];
  readonly required: readonly string[];
}

/** The variables of a workload: all it may be given, and those it does not start without. */
export function settingsOf(workload: string): Settings {
  const common = settingsOfShape(COMMON_SETTINGS);
  const own = settingsOfShape(SHAPES[workload] ?? {});
  return { all: [...common.all, ...own.all], required: [...common.required, ...own.required] };
}

function settingsOfShape(shape: ConfigurationShape): Settings {
  const required = Object.entries(shape).filter(([, schema]) => !schema.safeParse(undefined).success);
  return { all: Object.keys(shape), required: required.map(([name]) => name) };
}
