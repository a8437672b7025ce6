import {
  ENDPOINT_PATHS,
  endpointUrl,
  type EndpointName,
  issuerPath,
  METADATA_SUFFIXES,
  type MetadataDocumentName,
  metadataPaths,
} from '@tessera/protocol/server-metadata';

/** One place of the public surface: what is there, which methods it takes, who may read its answers. */
export interface PublishedRoute {
  /** Bounded name for logs and metric labels. */
  readonly name: EndpointName | MetadataDocumentName;
  /** The path inside this process, independent of the path of the issuer. */
  readonly internalPath: string;
  /** The published URL (KEY-1). */
  readonly url: string;
  readonly methods: readonly string[];
  /** The `Allow` header (RFC 9110 §10.2.1). */
  readonly allow: string;
  /** Whether scripts of any origin may call it; credentials never ride along. An authorization endpoint must not (AUT-6). */
  readonly crossOrigin: boolean;
}

const READ = ['GET', 'HEAD', 'OPTIONS'] as const;
const FORM = ['POST', 'OPTIONS'] as const;

/** Browser clients ask for tokens and revoke them; nobody introspects from a page, that needs a secret. */
const ENDPOINTS = {
  token: { methods: FORM, crossOrigin: true },
  introspection: { methods: FORM, crossOrigin: false },
  revocation: { methods: FORM, crossOrigin: true },
  jwks: { methods: READ, crossOrigin: true },
} as const satisfies Record<EndpointName, Pick<PublishedRoute, 'methods' | 'crossOrigin'>>;

/**
 * The public surface: published path → route. EDG-2: a path is known only in the one spelling in which it is published, byte
 * for byte before any decoding, so no escape, slash, dot segment or matrix parameter can reach a route another way.
 */
export type PublishedSurface = ReadonlyMap<string, PublishedRoute>;

/** The surface of an issuer, whose path, if it has one, stands before every endpoint. */
export function publishedSurface(issuer: string): PublishedSurface {
  const surface = new Map<string, PublishedRoute>();
  for (const name of names(ENDPOINT_PATHS)) {
    const { methods, crossOrigin } = ENDPOINTS[name];
    const route = { name, internalPath: ENDPOINT_PATHS[name], url: endpointUrl(issuer, name), methods, allow: methods.join(', '), crossOrigin };
    surface.set(`${issuerPath(issuer)}${ENDPOINT_PATHS[name]}`, route);
  }
  for (const name of names(METADATA_SUFFIXES)) {
    const { origin } = new URL(issuer);
    for (const path of metadataPaths(issuer, name)) {
      surface.set(path, {
        name,
        internalPath: METADATA_SUFFIXES[name],
        url: `${origin}${path}`,
        methods: READ,
        allow: READ.join(', '),
        crossOrigin: true,
      });
    }
  }
  return surface;
}

/** The parts of a request target that matter, before any decoding. */
export interface RequestTarget {
  readonly path: string;
  readonly hasQuery: boolean;
  /** The authority of an absolute-form target, which overrides Host (RFC 9112 §3.2.2); null for the usual form. */
  readonly authority: string | null;
}

const ABSOLUTE_FORM = /^https?:\/\/([^/?#]+)(.*)$/i;

/** Takes a request target apart. Whatever is neither form has a path that no route has. */
export function requestTarget(target: string): RequestTarget {
  const absolute = target.startsWith('/') ? null : ABSOLUTE_FORM.exec(target);
  const local = absolute?.[2] ?? target;
  const end = local.indexOf('?');
  return { path: end === -1 ? local : local.slice(0, end), hasQuery: end !== -1, authority: absolute?.[1] ?? null };
}

function names<Name extends string>(record: Readonly<Record<Name, unknown>>): readonly Name[] {
  const isName = (key: string): key is Name => Object.hasOwn(record, key);
  return Object.keys(record).filter(isName);
}
