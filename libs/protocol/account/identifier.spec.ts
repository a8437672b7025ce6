import { normalizeIdentifier } from './index.js';

describe('RFC 8265 §3.3 identifiers in one form', () => {
  it.each([
    ['alice', 'username', 'alice'],
    [' Alice\t', 'username', 'alice'],
    ['ＡＬＩＣＥ', 'username', 'alice'],
    ['ﬁona', 'username', 'fiona'],
    ['Zoe\u0308', 'username', 'zoë'],
    ['STRASSE', 'username', 'strasse'],
    ['ΑΣ', 'username', 'ας'],
    ['a.b-c_d+1', 'username', 'a.b-c_d+1'],
    ['Alice@Example.COM', 'email', 'alice@example.com'],
    ['alice＠example.com', 'email', 'alice@example.com'],
  ])('%j is the %s %j', (typed, kind, value) => {
    expect(normalizeIdentifier(typed)).toEqual({ kind, value });
  });

  it.each(['alice', 'ＡＬＩＣＥ', 'ﬁona', 'Zoe\u0308', 'ΑΣ', 'İstanbul', 'ẞ', '㎭', 'Alice@Example.COM'])('MUST be stable: %j twice is as once', (typed) => {
    const once = normalizeIdentifier(typed);
    expect(once).not.toBeNull();
    expect(normalizeIdentifier(once?.value ?? '')).toEqual(once);
  });

  it.each([
    ['nothing', ''],
    ['space', ' \u3000'],
    ['a space inside', 'alice adams'],
    ['NUL', 'alice\u0000'],
    ['a line break inside', 'alice\nadams'],
    ['an invisible character', 'ali\u200bce'],
    ['a change of direction', 'alice\u202e'],
    ['half a character', 'alice\ud800'],
    ['two @', 'a@b@c'],
    ['nothing before the @', '@example.com'],
    ['nothing after the @', 'alice@'],
    ['a part before the @ beyond RFC 5321 §4.5.3.1.1', `${'a'.repeat(65)}@example.com`],
    ['257 characters', 'a'.repeat(257)],
    ['what becomes too long', 'ﷺ'.repeat(20)],
    ['a megabyte', 'a'.repeat(1_048_576)],
  ])('MUST be nobody: %s', (_case, typed) => {
    expect(normalizeIdentifier(typed)).toBeNull();
  });

  it('256 characters are taken', () => {
    expect(normalizeIdentifier('a'.repeat(256))).toEqual({ kind: 'username', value: 'a'.repeat(256) });
  });
});
