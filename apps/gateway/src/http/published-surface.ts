import {
  DEVICE_VERIFICATION_PATH,
  ENDPOINT_PATHS,
  endpointUrl,
  type EndpointName,
  issuerPath,
  METADATA_SUFFIXES,
  type MetadataDocumentName,
  metadataPaths,
} from '@tessera/protocol/server-metadata';

/** Pages of ours that no metadata publishes: a person is led there. */
export const PAGE_PATHS = { interaction: '/interaction', account: '/account', device: DEVICE_VERIFICATION_PATH, approvals: '/approvals' } as const;
/** One of the pages. */
export type PageName = keyof typeof PAGE_PATHS;

/** Where the style sheet is inside this process; its published name carries the hash of its content. */
export const STYLE_SHEET_PATH = '/style.css';

/** One place of the public surface: what is there, which methods it takes, who may read its answers. */
export interface PublishedRoute {
  /** Bounded name for logs and metric labels. */
  readonly name: EndpointName | MetadataDocumentName | PageName | 'styleSheet';
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
}

const READ = ['GET', 'HEAD', 'OPTIONS'] as const;
const FORM = ['POST', 'OPTIONS'] as const;
const PAGE = { methods: ['GET', 'HEAD', 'POST', 'OPTIONS'], crossOrigin: false, page: true } as const;

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
} as const satisfies Record<EndpointName, Pick<PublishedRoute, 'methods' | 'crossOrigin' | 'page'>>;

/**
 * The public surface: published path → route. EDG-2: a path is known only in the one spelling in which it is published, byte
 * for byte before any decoding, so no escape, slash, dot segment or matrix parameter can reach a route another way.
 */
export type PublishedSurface = ReadonlyMap<string, PublishedRoute>;

/** The surface of an issuer, whose path, if it has one, stands before every endpoint; `styleSheet` is its published file name. */
export function publishedSurface(issuer: string, styleSheet: string): PublishedSurface {
  const surface = new Map<string, PublishedRoute>();
  const { origin } = new URL(issuer);
  const add = (path: string, route: Omit<PublishedRoute, 'url' | 'allow'>, url = `${origin}${path}`) =>
    surface.set(path, { ...route, url, allow: route.methods.join(', ') });

  for (const name of names(ENDPOINT_PATHS)) {
    add(`${issuerPath(issuer)}${ENDPOINT_PATHS[name]}`, { name, internalPath: ENDPOINT_PATHS[name], ...ENDPOINTS[name] }, endpointUrl(issuer, name));
  }
  for (const name of names(PAGE_PATHS)) {
    add(`${issuerPath(issuer)}${PAGE_PATHS[name]}`, { name, internalPath: PAGE_PATHS[name], ...PAGE });
  }
  const document = { methods: READ, page: false } as const;
  add(`${issuerPath(issuer)}/${styleSheet}`, { name: 'styleSheet', internalPath: STYLE_SHEET_PATH, crossOrigin: false, ...document });
  for (const name of names(METADATA_SUFFIXES)) {
    for (const path of metadataPaths(issuer, name)) {
      add(path, { name, internalPath: METADATA_SUFFIXES[name], crossOrigin: true, ...document });
    }
  }
  return surface;
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
