import {
  DEVICE_VERIFICATION_PATH,
  ENDPOINT_PATHS,
  endpointUrl,
  type EndpointName,
  issuerPath,
  METADATA_SUFFIXES,
  type MetadataDocumentName,
  metadataPaths,
} from '@tessera/protocol/edge';

/** Pages of ours that no metadata publishes: a person is led there. */
export const PAGE_PATHS = { interaction: '/interaction', account: '/account', device: DEVICE_VERIFICATION_PATH, approvals: '/approvals' } as const;
/** One of the pages. */
export type PageName = keyof typeof PAGE_PATHS;

/** Where the style sheet is inside this process; its published name carries the hash of its content. */
export const STYLE_SHEET_PATH = '/style.css';

/** Where the service worker of the approvals page is: beside it, so that the page is in its scope (Service Workers §4.1). */
export const PUSH_WORKER_PATH = '/approvals-worker.js';

/** One place of the public surface: what is there, which methods it takes, who may read its answers. */
export interface PublishedRoute {
  /** Bounded name for logs and metric labels. */
  readonly name: EndpointName | MetadataDocumentName | PageName | 'styleSheet' | 'clientConfiguration' | 'approvalCompletion' | 'pushWorker';
  /** The path inside this process, independent of the path of the issuer. */
  readonly internalPath: string;
  /** The published URL (KEY-1). */
  readonly url: string;
  readonly methods: readonly string[];
  /** The `Allow` header (RFC 9110 §10.2.1). */
  readonly allow: string;
  /** Whether scripts of any origin may call it; credentials never ride along. An authorization endpoint must not (AUT-6). */
  readonly crossOrigin: boolean;
  /** Whether a person's browser comes here: cookies count, and what goes wrong is a page. */
  readonly page: boolean;
  /** What a body has to be (EDG-4). */
  readonly body: 'form' | 'json';
  /** What the last segment of the path may be, where each client has an address of its own; null where the path is one. */
  readonly member: RegExp | null;
}

/** What a deployment publishes beyond what each one does. */
export interface PublishedFeatures {
  /** Whether clients may register (RFC 7591 §3). */
  readonly clientRegistration: boolean;
  /** Whether the deployment's own authenticator reports what people answered. */
  readonly approvalCompletion?: boolean;
}

const READ = ['GET', 'HEAD', 'OPTIONS'] as const;
const FORM = ['POST', 'OPTIONS'] as const;
const PAGE = { methods: ['GET', 'HEAD', 'POST', 'OPTIONS'], crossOrigin: false, page: true } as const;
/** RFC 7592 §2: read, replace, delete. */
const CONFIGURATION = { methods: ['GET', 'PUT', 'DELETE', 'OPTIONS'], crossOrigin: true, page: false } as const;
/** Where a client configuration endpoint is inside this process; its published path ends in the id of the client. */
export const CLIENT_CONFIGURATION_PATH = '/register/client';
/** Where the deployment's own authenticator reports what a person answered. */
export const APPROVAL_COMPLETION_PATH = '/authenticator/completion';
/** RFC 7592 §1.2, and nothing else, so that one spelling leads there (EDG-2). */
const CLIENT_SEGMENT = /^rc_[A-Za-z0-9_-]{22}$/;

/**
 * Browser clients push requests, start device flows, ask for tokens, revoke them and read userinfo; nobody introspects from a page, that needs a
 * secret. Userinfo takes no HEAD: an answer without a body would say nothing and still cost its proof of possession.
 */
const ENDPOINTS = {
  authorization: PAGE,
  pushedAuthorizationRequest: { methods: FORM, crossOrigin: true, page: false },
  deviceAuthorization: { methods: FORM, crossOrigin: true, page: false },
  // Confidential clients only: none of them is a script in a page.
  backchannelAuthentication: { methods: FORM, crossOrigin: false, page: false },
  token: { methods: FORM, crossOrigin: true, page: false },
  introspection: { methods: FORM, crossOrigin: false, page: false },
  revocation: { methods: FORM, crossOrigin: true, page: false },
  userinfo: { methods: ['GET', 'POST', 'OPTIONS'], crossOrigin: true, page: false },
  endSession: PAGE,
  jwks: { methods: READ, crossOrigin: true, page: false },
  registration: { methods: FORM, crossOrigin: true, page: false },
  // Loaded into a frame, not called by scripts.
  checkSession: { methods: READ, crossOrigin: false, page: false },
} as const satisfies Record<EndpointName, Pick<PublishedRoute, 'methods' | 'crossOrigin' | 'page'>>;

/**
 * The public surface: published path → route. EDG-2: a path is known only in the one spelling in which it is published, byte
 * for byte before any decoding, so no escape, slash, dot segment or matrix parameter can reach a route another way.
 */
export type PublishedSurface = ReadonlyMap<string, PublishedRoute>;

/** The surface of an issuer, whose path, if it has one, stands before every endpoint; `styleSheet` is its published file name. */
export function publishedSurface(issuer: string, styleSheet: string, features: PublishedFeatures): PublishedSurface {
  const surface = new Map<string, PublishedRoute>();
  const { origin } = new URL(issuer);
  const add = (path: string, route: Omit<PublishedRoute, 'url' | 'allow' | 'body' | 'member'>, more: Partial<PublishedRoute> = {}) =>
    surface.set(path, { body: 'form', member: null, url: `${origin}${path}`, ...route, allow: route.methods.join(', '), ...more });

  for (const name of names(ENDPOINT_PATHS)) {
    // Registration is for who opened it; and a frame of another site gets only cookies that are Secure (Session Management §3.3).
    if (name === 'registration' || (name === 'checkSession' && !issuer.startsWith('https:'))) continue;
    add(`${issuerPath(issuer)}${ENDPOINT_PATHS[name]}`, { name, internalPath: ENDPOINT_PATHS[name], ...ENDPOINTS[name] }, { url: endpointUrl(issuer, name) });
  }
  for (const name of names(PAGE_PATHS)) {
    add(`${issuerPath(issuer)}${PAGE_PATHS[name]}`, { name, internalPath: PAGE_PATHS[name], ...PAGE });
  }
  const document = { methods: READ, page: false } as const;
  add(`${issuerPath(issuer)}/${styleSheet}`, { name: 'styleSheet', internalPath: STYLE_SHEET_PATH, crossOrigin: false, ...document });
  add(`${issuerPath(issuer)}${PUSH_WORKER_PATH}`, { name: 'pushWorker', internalPath: PUSH_WORKER_PATH, crossOrigin: false, ...document });
  for (const name of names(METADATA_SUFFIXES)) {
    for (const path of metadataPaths(issuer, name)) {
      add(path, { name, internalPath: METADATA_SUFFIXES[name], crossOrigin: true, ...document });
    }
  }
  if (features.approvalCompletion === true) {
    const completion = { name: 'approvalCompletion', internalPath: APPROVAL_COMPLETION_PATH, methods: FORM, crossOrigin: false, page: false } as const;
    add(`${issuerPath(issuer)}${APPROVAL_COMPLETION_PATH}`, completion, { body: 'json' });
  }
  if (features.clientRegistration) {
    const registration = `${issuerPath(issuer)}${ENDPOINT_PATHS.registration}`;
    add(registration, { name: 'registration', internalPath: ENDPOINT_PATHS.registration, ...ENDPOINTS.registration }, { body: 'json' });
    add(`${registration}/`, { name: 'clientConfiguration', internalPath: CLIENT_CONFIGURATION_PATH, ...CONFIGURATION }, { body: 'json', member: CLIENT_SEGMENT });
  }
  return surface;
}

/** The route a path is published for; null when there is none. An address of one client's own is known by its last segment. */
export function routeAt(surface: PublishedSurface, path: string): PublishedRoute | null {
  const exact = surface.get(path);
  if (exact !== undefined) return exact.member === null ? exact : null;
  const end = path.lastIndexOf('/') + 1;
  const [family, segment] = [surface.get(path.slice(0, end)), path.slice(end)];
  if (family === undefined || family.member?.test(segment) !== true) return null;
  return { ...family, url: `${family.url}${segment}` };
}

/** The parts of a request target that matter, before any decoding. */
export interface RequestTarget {
  readonly path: string;
  readonly hasQuery: boolean;
  /** What stands behind the question mark; empty when there is none. */
  readonly query: string;
  /** The authority of an absolute-form target, which overrides Host (RFC 9112 §3.2.2); null for the usual form. */
  readonly authority: string | null;
}

const ABSOLUTE_FORM = /^https?:\/\/([^/?#]+)(.*)$/i;

/** Takes a request target apart. Whatever is neither form has a path that no route has. */
export function requestTarget(target: string): RequestTarget {
  const absolute = target.startsWith('/') ? null : ABSOLUTE_FORM.exec(target);
  const local = absolute?.[2] ?? target;
  const authority = absolute?.[1] ?? null;
  const end = local.indexOf('?');
  if (end === -1) return { path: local, hasQuery: false, query: '', authority };
  return { path: local.slice(0, end), hasQuery: true, query: local.slice(end + 1), authority };
}

function names<Name extends string>(record: Readonly<Record<Name, unknown>>): readonly Name[] {
  const isName = (key: string): key is Name => Object.hasOwn(record, key);
  return Object.keys(record).filter(isName);
}
