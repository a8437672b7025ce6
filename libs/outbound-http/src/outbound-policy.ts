const HTTPS_PORT = 443;

/** Where this deployment may connect to. */
export interface OutboundPolicy {
  /** Ports of ordinary hosts. */
  readonly ports: ReadonlySet<number>;
  /** Exact `host:port` pairs whose addresses are not checked: for intranets and tests. */
  readonly allowedHosts: ReadonlySet<string>;
}

/**
 * Reads the two settings of a deployment: ports besides 443, and the allow-list of exact hosts (OUT-2).
 *
 * @throws {RangeError} whose message names the entry that is wrong.
 */
export function parseOutboundPolicy(settings: {
  readonly ports?: readonly number[];
  readonly allowedHosts?: readonly string[];
}): OutboundPolicy {
  const ports = settings.ports ?? [];
  const wrong = ports.find((port) => !Number.isInteger(port) || port < 1 || port > 65_535);
  if (wrong !== undefined) throw new RangeError(`${wrong} is not a port; name ports between 1 and 65535`);
  return {
    ports: new Set([HTTPS_PORT, ...ports]),
    allowedHosts: new Set((settings.allowedHosts ?? []).map(parseAllowedHost)),
  };
}

function parseAllowedHost(entry: string): string {
  const url = URL.canParse(`https://${entry}`) ? new URL(`https://${entry}`) : null;
  const exact = /^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+):\d{1,5}$/.test(entry);
  if (url === null || !exact) {
    throw new RangeError(`${JSON.stringify(entry)} is not an exact host; write host:port, for example keys.intra.example:443`);
  }
  return hostAndPort(url);
}

/** `host:port` with the port always present, the form of the allow-list. */
export function hostAndPort(url: URL): string {
  return `${url.hostname}:${portOf(url)}`;
}

/** The port a connection to an https URL is made to. */
export function portOf(url: URL): number {
  return url.port === '' ? HTTPS_PORT : Number(url.port);
}
