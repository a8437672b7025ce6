import { rootCertificates } from 'node:tls';
import type { DeliveryAnswer } from '@tessera/protocol/delivery';
import MailComposer from 'nodemailer/lib/mail-composer';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { MAIL_ADDRESS } from './mail-address.js';
import type { MailMessage, MailTransport } from './mail-transport.js';

/** A server that takes letters. */
export interface SmtpServer {
  readonly host: string;
  readonly port: number;
  /** TLS from the first octet; else by STARTTLS, which then has to succeed (RFC 8314 §3). */
  readonly secure: boolean;
  readonly login: { readonly user: string; readonly password: string } | null;
  /** For development: no TLS at all. */
  readonly unencrypted: boolean;
  /** PEM certificates trusted besides the built-in ones. */
  readonly extraCa: string | null;
}

/** Milliseconds; together with claim and settlement they stay within the lease of a delivery. */
export interface SmtpLimits {
  readonly connectMs: number;
  /** From the first look at the name to the answer about the letter: a server that says a word now and then gains nothing. */
  readonly totalMs: number;
}

const SMTP_LIMITS: SmtpLimits = { connectMs: 3_000, totalMs: 8_000 };
/** RFC 5321 §4.2.1: a refusal for good begins here. */
const PERMANENT = 500;

/** Why a letter was not taken. Bounded values. `mail-refused` and `mail-address` are final, the others are tried again. */
type MailFault = 'mail-address' | 'mail-refused' | 'mail-deferred' | 'mail-login' | 'mail-tls' | 'mail-timeout' | 'mail-connection';

/** What happened, as far as an answer is made of it. */
interface Trouble {
  readonly code?: string | undefined;
  readonly responseCode?: number | undefined;
}

/**
 * Hands each letter to a mail server, on a connection of its own. The server is the operator's choice, so it is not one of the
 * addresses that clients choose, and it may be in the own network.
 *
 * The Message-ID is made of the delivery's id: a letter that is handed over again, because the answer was lost, is the same letter.
 */
export function smtpTransport(server: SmtpServer, from: string, limits: SmtpLimits = SMTP_LIMITS): MailTransport {
  return {
    send: async (id, message) => {
      if (!MAIL_ADDRESS.test(message.to)) return failed('mail-address');
      const letter = await compose(id, from, message);
      return await handOver(server, limits, { from, to: message.to, letter });
    },
  };
}

/** The subject and the addresses are data: whatever they hold is encoded, and ends no header (RFC 5322 §2.2). */
async function compose(id: string, from: string, { to, subject, text }: MailMessage): Promise<Buffer> {
  const domain = from.slice(from.lastIndexOf('@') + 1);
  return await new MailComposer({
    from: { name: '', address: from },
    to: { name: '', address: to },
    subject: subject.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]/gu, ' '),
    text,
    messageId: `<${id}@${domain}>`,
    // RFC 3834 §5: nobody's absence is answered to us.
    headers: { 'Auto-Submitted': 'auto-generated' },
    disableFileAccess: true,
    disableUrlAccess: true,
  })
    .compile()
    .build();
}

interface Handed {
  readonly from: string;
  readonly to: string;
  readonly letter: Buffer;
}

async function handOver(server: SmtpServer, limits: SmtpLimits, { from, to, letter }: Handed): Promise<DeliveryAnswer> {
  const connection = new SMTPConnection(optionsOf(server, limits));
  const said = new Conversation(connection, limits.totalMs);
  try {
    const connected = await said.step((done) => connection.connect(done));
    if (connected !== null) return failed(faultOf(connected));
    const { login } = server;
    const known = login === null ? null : await said.step((done) => connection.login({ credentials: { user: login.user, pass: login.password } }, done));
    // Whoever runs this can mend it, and the letter is as good as before.
    if (known !== null) return failed(known.code === 'EAUTH' ? 'mail-login' : faultOf(known));
    const taken = await said.step((done) => connection.send({ from, to: [to] }, letter, done));
    if (taken !== null) return failed(judged(taken));
    connection.quit();
    return { outcome: 'answered', status: 200 };
  } finally {
    said.end();
  }
}

function optionsOf({ host, port, secure, unencrypted, extraCa }: SmtpServer, { connectMs, totalMs }: SmtpLimits) {
  return {
    host,
    port,
    secure,
    requireTLS: !secure && !unencrypted,
    ignoreTLS: unencrypted,
    connectionTimeout: connectMs,
    greetingTimeout: connectMs,
    dnsTimeout: connectMs,
    socketTimeout: totalMs,
    // A connection that is given up is gone at once.
    socketCloseTimeout: 0,
    logger: false,
    tls: { minVersion: 'TLSv1.2' as const, rejectUnauthorized: true, ...(extraCa === null ? {} : { ca: [...rootCertificates, extraCa] }) },
  };
}

/** One connection: what it is asked, one thing at a time, until it answers, breaks, or takes too long. */
class Conversation {
  private readonly timer: NodeJS.Timeout;
  private broke: Trouble | null = null;
  private onTrouble: (trouble: Trouble) => void = () => {};

  constructor(
    private readonly connection: SMTPConnection,
    totalMs: number,
  ) {
    connection.on('error', (error: Trouble) => this.trouble(error));
    connection.on('end', () => this.trouble({ code: 'ECONNECTION' }));
    this.timer = setTimeout(() => this.trouble({ code: 'ETIMEDOUT' }), totalMs);
  }

  /** Null when it went well. */
  step(ask: (done: (error?: Trouble | null) => void) => void): Promise<Trouble | null> {
    if (this.broke !== null) return Promise.resolve(this.broke);
    return new Promise((resolve) => {
      this.onTrouble = resolve;
      ask((error) => resolve(error ?? null));
    });
  }

  end(): void {
    clearTimeout(this.timer);
    this.connection.close();
  }

  private trouble(trouble: Trouble): void {
    this.broke ??= trouble;
    this.onTrouble(trouble);
  }
}

/** RFC 5321 §4.2.1: what a server says of a letter or its addressee; 5yz it says for good. */
function judged(trouble: Trouble): MailFault {
  const { responseCode } = trouble;
  if (responseCode === undefined) return faultOf(trouble);
  return responseCode >= PERMANENT ? 'mail-refused' : 'mail-deferred';
}

/** Before a letter was spoken of, nothing that is said is about the letter. */
function faultOf({ code, responseCode }: Trouble): MailFault {
  if (code === 'ETIMEDOUT') return 'mail-timeout';
  if (code === 'ETLS') return 'mail-tls';
  return responseCode === undefined ? 'mail-connection' : 'mail-deferred';
}

function failed(fault: MailFault): DeliveryAnswer {
  return { outcome: 'failed', fault };
}
