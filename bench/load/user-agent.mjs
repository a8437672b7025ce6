import { formRequest, requestText } from './requests.mjs';

const LOCATION = /\r\nlocation: *([^\r]*)/i;
const SET_COOKIE = /\r\nset-cookie: *([^=;\r]+)=([^;\r]*)([^\r]*)/gi;
const GONE = /;\s*max-age=(0|-\d+)\s*(;|$)/i;

/**
 * A person's browser as far as a sign-in needs one: it keeps cookies and names its origin. Requests are yielded as text and
 * answered with `{ status, body, head }`. It takes every cookie as one for the issuer, for it never goes anywhere else.
 */
export class UserAgent {
  constructor({ host, origin }) {
    this.host = host;
    this.cookies = new Map();
    this.requests = 0;
    const common = { accept: 'text/html', 'accept-language': 'en', 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) Tessera bench' };
    this.headersOf = {
      navigation: { ...common, 'sec-fetch-mode': 'navigate', 'sec-fetch-site': 'cross-site' },
      form: { ...common, origin, 'sec-fetch-mode': 'navigate', 'sec-fetch-site': 'same-origin' },
    };
  }

  /** Opens a page. */
  *open(path) {
    return this.heard(yield requestText({ method: 'GET', path, host: this.host, headers: this.headers('navigation') }));
  }

  /** Sends a form from a page of the issuer. */
  *submit(path, fields) {
    return this.heard(yield formRequest({ path, host: this.host, headers: this.headers('form'), fields }));
  }

  headers(kind) {
    if (this.cookies.size === 0) return this.headersOf[kind];
    return { ...this.headersOf[kind], cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ') };
  }

  heard(answer) {
    this.requests += 1;
    for (const [, name, value, attributes] of answer.head.matchAll(SET_COOKIE)) {
      if (GONE.test(attributes)) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return answer;
  }
}

/** Where an answer sends the browser; null when it sends it nowhere. */
export function locationOf({ status, head }) {
  if (status !== 303 && status !== 302) return null;
  return LOCATION.exec(head)?.[1] ?? null;
}
