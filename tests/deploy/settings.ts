import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { COMMON_SETTINGS, type ConfigurationShape } from '@tessera/configuration';
import { AUTHORIZATION_SETTINGS } from '../../apps/authorization/src/settings.js';
import { WORKER_SETTINGS } from '../../apps/device-ciba/src/client-notification/start-worker.js';
import { GATEWAY_SETTINGS } from '../../apps/gateway/src/settings.js';
import { KEY_MANAGEMENT_SETTINGS } from '../../apps/key-management/src/settings.js';
import { TOKEN_SETTINGS } from '../../apps/token/src/settings.js';
import { ROOT } from './manifests.js';

const SHAPES: Readonly<Record<string, ConfigurationShape>> = {
  gateway: GATEWAY_SETTINGS,
  token: TOKEN_SETTINGS,
  authorization: AUTHORIZATION_SETTINGS,
  'key-management': KEY_MANAGEMENT_SETTINGS,
  worker: WORKER_SETTINGS,
};
/** What starts as soon as it is imported has its settings read as text. */
const PROGRAMS: Readonly<Record<string, readonly string[]>> = {
  'device-ciba': ['apps/device-ciba/src/settings.ts', 'apps/device-ciba/src/main.ts'],
};
/** What Node.js itself reads. */
export const OF_NODE = ['NODE_OPTIONS', 'NODE_EXTRA_CA_CERTS', 'UV_THREADPOOL_SIZE'];

export const WORKLOADS = [...Object.keys(SHAPES), ...Object.keys(PROGRAMS)];

interface Settings {
  readonly all: readonly string[];
  readonly required: readonly string[];
}

/** The variables of a workload: all it may be given, and those it does not start without. */
export function settingsOf(workload: string): Settings {
  const common = settingsOfShape(COMMON_SETTINGS);
  const files = (PROGRAMS[workload] ?? []).map((file) => path.join(ROOT, file)).filter((file) => existsSync(file));
  const own = SHAPES[workload] === undefined ? settingsIn(files.map((file) => readFileSync(file, 'utf8')).join('\n')) : settingsOfShape(SHAPES[workload]);
  return { all: [...common.all, ...own.all], required: [...common.required, ...own.required] };
}

function settingsOfShape(shape: ConfigurationShape): Settings {
  const required = Object.entries(shape).filter(([, schema]) => !schema.safeParse(undefined).success);
  return { all: Object.keys(shape), required: required.map(([name]) => name) };
}

/** Each `NAME: schema` of a source text; one with a default, or optional, is not required. */
export function settingsIn(text: string): Settings {
  const names = [...text.matchAll(/(?<=[{,\n]\s*)([A-Z][A-Z0-9]*_[A-Z0-9_]+): /g)];
  const schemaOf = (index: number) => text.slice(names[index]?.index, names[index + 1]?.index ?? (names[index]?.index ?? 0) + 400);
  const required = names.filter((_match, index) => !/\.(default|optional)\(/.test(schemaOf(index)));
  const unique = (matches: readonly RegExpExecArray[]) => [...new Set(matches.map(([, name = '']) => name))];
  return { all: unique(names), required: unique(required) };
}
