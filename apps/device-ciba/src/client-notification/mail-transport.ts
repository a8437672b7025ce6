import { mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { DeliveryAnswer, DeliveryMessage } from '@tessera/protocol/delivery';

/** A letter to a person. */
export type MailMessage = Extract<DeliveryMessage, { readonly transport: 'mail' }>;

/** What takes letters (port). The id is the delivery's: the same at every attempt. */
export interface MailTransport {
  send(id: string, message: MailMessage): Promise<DeliveryAnswer>;
}

/** Where no transport is set: the letter stays due until what it is about is over, and its record says why. */
export const NO_MAIL: MailTransport = { send: () => Promise.resolve({ outcome: 'failed', fault: 'no-mail-transport' }) };

/** Development: each letter is a file. Said again it is the same file, and whoever looks never sees half of one. */
export function mailFolder(folder: string): MailTransport {
  return {
    send: async (id, { to, subject, text }) => {
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        const partial = path.join(folder, `.${id}.part`);
        await writeFile(partial, JSON.stringify({ to, subject, text }), { mode: 0o600 });
        await rename(partial, path.join(folder, `${id}.json`));
        return { outcome: 'answered', status: 200 };
      } catch {
        return { outcome: 'failed', fault: 'mail-folder' };
      }
    },
  };
}
