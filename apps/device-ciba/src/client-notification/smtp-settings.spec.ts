import { readConfiguration } from '@tessera/configuration';
import { NO_MAIL } from './mail-transport.js';
import { MAIL_SETTINGS, mailTransport } from './smtp-settings.js';

const read = (env: Record<string, string>) => readConfiguration(MAIL_SETTINGS, env);
const SERVER = 'smtps://tessera:pass%20word%2F1@mail.example.com';

describe('Ours: how letters leave', () => {
  it('nothing has to be set; then none leaves', () => {
    expect(mailTransport(read({}))).toBe(NO_MAIL);
  });

  it.each([
    [SERVER, { host: 'mail.example.com', port: 465, secure: true, login: { user: 'tessera', password: 'pass word/1' } }],
    ['smtp://mail.example.com', { host: 'mail.example.com', port: 587, secure: false, login: null }],
    ['smtp://[::1]:2525/', { host: '::1', port: 2525, secure: false, login: null }],
  ])('%s', (url, server) => {
    expect(read({ SMTP_URL: url }).SMTP_URL).toEqual(server);
  });

  it.each(['mail.example.com:465', 'https://mail.example.com', 'smtps://', 'smtps://user@mail.example.com', 'smtps://:secret@mail.example.com', 'smtps://mail.example.com/x', 'smtps://mail.example.com?tls=off', 'smtps://%ff:a@mail.example.com'])(
    '%s is no server, and is not repeated',
    (url) => {
      expect(() => read({ SMTP_URL: url })).toThrow(/SMTP_URL/);
      expect(() => read({ SMTP_URL: url })).not.toThrow(/secret/);
    },
  );

  it.each(['Approvals <a@example.com>', 'a@example.com\nBcc: b@example.com', 'a', 'a@b@c'])('nobody writes as %j', (address) => {
    expect(() => read({ MAIL_FROM: address })).toThrow(/MAIL_FROM/);
  });

  it.each<[Record<string, string>, RegExp]>([
    [{ SMTP_URL: SERVER }, /MAIL_FROM is missing/],
    [{ SMTP_URL: SERVER, MAIL_FROM: 'a@example.com', MAIL_FOLDER: 'letters' }, /MAIL_FOLDER/],
    [{ SMTP_URL: SERVER, MAIL_FROM: 'a@example.com', SMTP_UNENCRYPTED: 'on' }, /SMTP_UNENCRYPTED/],
    [{ SMTP_URL: 'smtp://a:b@127.0.0.1:2525', MAIL_FROM: 'a@example.com', SMTP_UNENCRYPTED: 'on' }, /in clear/],
  ])('%j contradicts itself', (env, says) => {
    expect(() => mailTransport(read(env))).toThrow(says);
  });

  it('one server, and who letters are from, is enough', () => {
    expect(mailTransport(read({ SMTP_URL: SERVER, MAIL_FROM: 'a@example.com' }))).not.toBe(NO_MAIL);
  });
});
