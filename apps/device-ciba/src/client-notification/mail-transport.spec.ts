import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { mailFolder, NO_MAIL } from './mail-transport.js';

const LETTER = { transport: 'mail' as const, to: 'jane@example.com', subject: 'Call centre asks', text: 'Open your approvals.' };

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tessera-mail-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('Ours: letters as files, for development', () => {
  it('each is one file, however often it is sent, and nothing else stays behind', async () => {
    const mail = mailFolder(path.join(folder, 'mail'));
    for (let attempt = 1; attempt <= 2; attempt += 1) expect(await mail.send('one', LETTER)).toEqual({ outcome: 'answered', status: 200 });
    expect(await readdir(path.join(folder, 'mail'))).toEqual(['one.json']);
    expect(JSON.parse(await readFile(path.join(folder, 'mail', 'one.json'), 'utf8'))).toEqual({ to: LETTER.to, subject: LETTER.subject, text: LETTER.text });
  });

  it('a folder that cannot be one is a fault that is tried again', async () => {
    await writeFile(path.join(folder, 'taken'), '');
    expect(await mailFolder(path.join(folder, 'taken')).send('one', LETTER)).toEqual({ outcome: 'failed', fault: 'mail-folder' });
  });

  it('without a transport no letter leaves, and the record says why', async () => {
    expect(await NO_MAIL.send('one', LETTER)).toEqual({ outcome: 'failed', fault: 'no-mail-transport' });
  });
});
