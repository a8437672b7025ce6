import { type Configuration, ConfigurationError } from '@tessera/configuration';
import { z } from 'zod';
import { MAIL_ADDRESS } from './mail-address.js';
import { mailFolder, type MailTransport, NO_MAIL } from './mail-transport.js';
import { type SmtpServer, smtpTransport } from './smtp-transport.js';

const SMTPS_PORT = 465;
/** RFC 6409 §3.1: where mail is handed in. */
const SUBMISSION_PORT = 587;
const URL_EXPECTED = 'expected smtps://user:password@host:port, or smtp:// where the server has STARTTLS; a user and a password go together';

const smtpUrl = z.string().transform((value, context): Omit<SmtpServer, 'unencrypted' | 'extraCa'> => {
  const server = URL.canParse(value) ? serverOf(new URL(value)) : null;
  if (server !== null) return server;
  context.addIssue({ code: 'custom', message: URL_EXPECTED });
  return z.NEVER;
});

function serverOf(url: URL): Omit<SmtpServer, 'unencrypted' | 'extraCa'> | null {
  const secure = url.protocol === 'smtps:';
  if (!secure && url.protocol !== 'smtp:') return null;
  if (url.hostname === '' || !['', '/'].includes(url.pathname) || url.search !== '' || url.hash !== '') return null;
  const [user, password] = [decoded(url.username), decoded(url.password)];
  if (user === null || password === null || (user === '') !== (password === '')) return null;
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? (secure ? SMTPS_PORT : SUBMISSION_PORT) : Number(url.port),
    secure,
    login: user === '' ? null : { user, password },
  };
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

/** How letters leave. */
export const MAIL_SETTINGS = {
  /** The server that letters are handed to, with the credentials; usually by `SMTP_URL_FILE`. `smtp://` has to offer STARTTLS. */
  SMTP_URL: smtpUrl.optional(),
  /** Development: `on` hands letters over in clear. Then no password is sent. */
  SMTP_UNENCRYPTED: z.enum(['on', 'off'], 'expected on or off').default('off'),
  /** PEM certificates trusted besides the built-in ones, for this server; usually by `SMTP_CA_FILE`. */
  SMTP_CA: z.string().includes('-----BEGIN CERTIFICATE-----', { message: 'expected PEM certificates' }).optional(),
  /** The address letters are from. */
  MAIL_FROM: z.string().regex(MAIL_ADDRESS, 'expected an address alone, for example approvals@example.com').optional(),
  /** Development: the folder that letters are written to, each a file. */
  MAIL_FOLDER: z.string().min(1).optional(),
} as const;

type Settings = Configuration<typeof MAIL_SETTINGS>;

/**
 * What takes letters in this deployment; without a setting none leaves.
 *
 * @throws {ConfigurationError} where the settings contradict each other.
 */
export function mailTransport({ SMTP_URL: server, SMTP_UNENCRYPTED, SMTP_CA, MAIL_FROM: from, MAIL_FOLDER: folder }: Settings): MailTransport {
  if (server === undefined) return folder === undefined ? NO_MAIL : mailFolder(folder);
  if (folder !== undefined) throw new ConfigurationError('SMTP_URL and MAIL_FOLDER exclude each other: set one of them');
  if (from === undefined) throw new ConfigurationError('MAIL_FROM is missing: set the address that letters are from');
  const unencrypted = SMTP_UNENCRYPTED === 'on';
  if (unencrypted && server.secure) throw new ConfigurationError('SMTP_UNENCRYPTED contradicts smtps:// in SMTP_URL: leave it out');
  if (unencrypted && server.login !== null) throw new ConfigurationError('SMTP_UNENCRYPTED would send the password of SMTP_URL in clear: leave one of them out');
  return smtpTransport({ ...server, unencrypted, extraCa: SMTP_CA ?? null }, from);
}
