import { presentedHeaders } from './presented-headers.js';

describe('Decision 14 every value that can decide something is kept', () => {
  it('RFC 9449 §4.3 keeps every DPoP and Authorization value, in order, whatever the case of the name', () => {
    const found = presentedHeaders(['Authorization', 'Basic a', 'dpop', 'p1', 'AUTHORIZATION', 'Bearer b', 'DPoP', 'p2']);
    expect(found).toMatchObject({ authorization: ['Basic a', 'Bearer b'], dpop: ['p1', 'p2'], ambiguous: false });
  });

  it('RFC 9112 §3.2 a second Host makes a request ambiguous', () => {
    expect(presentedHeaders(['Host', 'a.example', 'host', 'b.example']).ambiguous).toBe(true);
  });

  it('RFC 9110 §8.3 so does a second Content-Type', () => {
    expect(presentedHeaders(['Content-Type', 'a/b', 'content-type', 'a/b']).ambiguous).toBe(true);
  });

  it('POP-7, EDG-2 reads neither client-certificate nor method-override headers', () => {
    const before = presentedHeaders(['Host', 'a.example']);
    const with_ = ['X-SSL-Cert', 'pem', 'X-Client-Cert', 'pem', 'Client-Cert', ':pem:', 'X-HTTP-Method-Override', 'DELETE'];
    expect(presentedHeaders(['Host', 'a.example', ...with_])).toEqual(before);
  });
});
