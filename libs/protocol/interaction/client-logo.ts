import { z } from 'zod';

/** Bytes of the largest picture that is shown. It travels with every page it is on. */
export const CLIENT_LOGO_BYTES_MAX = 32 * 1_024;

/** What a client's host has to call its picture. No SVG: that is a document, with whatever is in it. */
export const CLIENT_LOGO_TYPES = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'];

/** The picture of a client as a page carries it (RFC 2397): nobody's browser asks the client's host for it (REG-8, UIX-5). */
export const ClientLogo = z
  .string()
  .max(Math.ceil(CLIENT_LOGO_BYTES_MAX / 3) * 4 + 64)
  .regex(/^data:image\/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/]+={0,2}$/);
/** The picture of a client as a page carries it. */
export type ClientLogo = z.infer<typeof ClientLogo>;

/** How files of each kind begin: PNG §5.2, JPEG SOI, GIF89a §17, and WebP within RIFF. */
const BEGINNINGS: readonly (readonly [kind: string, begins: RegExp])[] = [
  ['png', /^\x89PNG\r\n\x1a\n/],
  ['jpeg', /^\xff\xd8\xff/],
  ['gif', /^GIF8[79]a/],
  ['webp', /^RIFF[\s\S]{4}WEBP/],
];

/** A picture as a page carries it, of the kind it is and not the one it is called; null for anything else, and for too much of it. */
export function clientLogo(bytes: Uint8Array): ClientLogo | null {
  if (bytes.byteLength > CLIENT_LOGO_BYTES_MAX) return null;
  const file = Buffer.from(bytes);
  const start = file.toString('latin1', 0, 16);
  const found = BEGINNINGS.find(([, begins]) => begins.test(start));
  return found === undefined ? null : `data:image/${found[0]};base64,${file.toString('base64')}`;
}
