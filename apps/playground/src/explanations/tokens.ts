import { z } from 'zod';

/** A JWT taken apart. Reading is not checking: nothing here verifies a signature. */
export interface DecodedToken {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
}

const Members = z.record(z.string(), z.unknown());

/** The parts of a compact JWS (RFC 7515 §7.1), or null for an opaque token. */
export function decodeToken(token: string): DecodedToken | null {
  const parts = token.split('.');
  if (parts.length !== 3) return null;
  const [header, claims] = parts.slice(0, 2).map(membersOf);
  return header && claims ? { header, claims } : null;
}

function membersOf(part: string): Record<string, unknown> | null {
  return membersOfJson(Buffer.from(part, 'base64url').toString('utf8'));
}

/** The members of a JSON object, or null for anything else. */
export function membersOfJson(text: string): Record<string, unknown> | null {
  try {
    return Members.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
