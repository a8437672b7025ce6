import { OAuthError } from '@tessera/vocabulary';
import { z } from 'zod';

/** Fetches the document behind a `sector_identifier_uri`; null for anything but a JSON document. Throws nothing for the other side's faults. */
export interface SectorDocuments {
  fetch(sectorIdentifierUri: string): Promise<{ readonly document: unknown } | { readonly why: string }>;
}

/** More would be noise; a client has at most a hundred redirect URIs, and a sector may have many clients. */
const SectorDocument = z.array(z.string()).max(10_000);

/**
 * OIDC Core §8.1, OIDC Registration §5: the redirect URIs MUST be among those that the sector itself publishes, or anybody could
 * register into a sector and learn who its users are.
 *
 * @throws {OAuthError} `client_registration.sector_identifier_uri`.
 */
export async function provenSector(
  { sectorIdentifierUri, redirectUris }: { readonly sectorIdentifierUri: string | null; readonly redirectUris: readonly string[] },
  documents: SectorDocuments,
): Promise<void> {
  if (sectorIdentifierUri === null) return;
  const refuse = (problem: string): never => {
    throw new OAuthError('client_registration.sector_identifier_uri', { problem });
  };
  const fetched = await documents.fetch(sectorIdentifierUri);
  if ('why' in fetched) return refuse(fetched.why);
  const listed = SectorDocument.safeParse(fetched.document);
  if (!listed.success) return refuse('the document is no JSON list of texts');
  const known = new Set(listed.data);
  if (redirectUris.some((uri) => !known.has(uri))) refuse('a redirect URI is not in the document');
}
