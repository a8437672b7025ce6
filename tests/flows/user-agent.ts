import { demo } from './demo.js';

/** A form of a page as a browser would send it: where to, how, and every field with its value. */
export interface Form {
  readonly action: string;
  readonly method: string;
  readonly fields: readonly (readonly [string, string])[];
  /** Name and value of each submit button; pressing one adds its pair. */
  readonly buttons: readonly (readonly [string, string])[];
}

/** What a browser shows after it followed every redirect that stays with the provider. */
export interface Page {
  readonly status: number;
  readonly url: string;
  readonly headers: Headers;
  readonly html: string;
  readonly forms: readonly Form[];
}

/** Where the browser was sent away to: the client's redirect URI with the response parameters. */
export interface Departure {
  readonly url: URL;
}

const REDIRECTS_MAX = 10;

/**
 * A person's browser without a screen: keeps cookies, follows redirects within the provider, reads forms. What needs a real
 * browser is in tests/browser; this one is quick, and shows every header.
 */
export class UserAgent {
  readonly cookies = new Map<string, string>();

  constructor(private readonly language = 'en') {}

  /** Opens an address of the provider; ends at a page, or at the first redirect that leaves the provider. */
  open(url: string | URL): Promise<Page | Departure> {
    return this.follow(new URL(url), { method: 'GET' });
  }

  /** Sends a form as a browser on the provider's own page would; `fields` replaces or adds values, `button` is the one pressed. */
  submit(page: Page, fields: Readonly<Record<string, string>> = {}, button: readonly [string, string] | null = null, form = page.forms[0]): Promise<Page | Departure> {
    if (form === undefined) throw new Error(`the page at ${page.url} has no form:\n${page.html}`);
    const pairs = form.fields.filter(([name]) => !(name in fields)).map(([name, value]): [string, string] => [name, value]);
    pairs.push(...Object.entries(fields));
    if (button !== null) pairs.push([button[0], button[1]]);
    return this.post(new URL(form.action, page.url), pairs, { origin: demo.origin, 'sec-fetch-site': 'same-origin' });
  }

  /** Posts to an address of the provider, as a page of any origin would. */
  post(url: URL, pairs: readonly (readonly [string, string])[], headers: Readonly<Record<string, string>> = {}): Promise<Page | Departure> {
    const body = new URLSearchParams(pairs.map(([name, value]): [string, string] => [name, value])).toString();
    return this.follow(url, { method: 'POST', body, headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers } });
  }

  /** The same person at another moment: a copy of the cookies as they are now. */
  copy(): UserAgent {
    const other = new UserAgent(this.language);
    for (const [name, value] of this.cookies) other.cookies.set(name, value);
    return other;
  }

  private async follow(url: URL, init: { method: string; body?: string; headers?: Readonly<Record<string, string>> }): Promise<Page | Departure> {
    let [next, request] = [url, init];
    for (let redirects = 0; redirects < REDIRECTS_MAX; redirects += 1) {
      const response = await this.exchange(next, request);
      const location = response.headers.get('location');
      if (response.status < 300 || response.status >= 400 || location === null) return pageOf(next, response);
      await response.body?.cancel();
      next = new URL(location, next);
      request = { method: 'GET' };
      if (next.origin !== demo.origin) return { url: next };
    }
    throw new Error(`more than ${REDIRECTS_MAX} redirects, the last to ${next.href}`);
  }

  /** One request with this browser's cookies; nothing followed. */
  async exchange(url: URL, { method, body, headers = {} }: { method: string; body?: string; headers?: Readonly<Record<string, string>> }): Promise<Response> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, {
      method,
      redirect: 'manual',
      ...(body === undefined ? {} : { body }),
      headers: { accept: 'text/html', 'accept-language': this.language, 'user-agent': 'Tessera flow tests', ...headers, ...(cookie === '' ? {} : { cookie }) },
    });
    for (const line of response.headers.getSetCookie()) this.keep(line);
    return response;
  }

  private keep(line: string): void {
    const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
    const name = pair.slice(0, pair.indexOf('='));
    const gone = attributes.some((one) => /^max-age=(0|-\d+)$/i.test(one));
    if (gone) this.cookies.delete(name);
    else this.cookies.set(name, pair.slice(pair.indexOf('=') + 1));
  }
}

/** Tells a page from a departure, for what must stay with the provider. */
export function page(shown: Page | Departure): Page {
  if ('html' in shown) return shown;
  throw new Error(`expected a page, was sent to ${shown.url.href}`);
}

/** Tells a departure from a page, for what must reach the client. */
export function departure(shown: Page | Departure): URL {
  if (!('html' in shown)) return shown.url;
  throw new Error(`expected a redirect to the client, got ${shown.status} at ${shown.url}:\n${shown.html}`);
}

async function pageOf(url: URL, response: Response): Promise<Page> {
  const html = await response.text();
  return { status: response.status, url: url.href, headers: response.headers, html, forms: formsOf(html, url) };
}

function formsOf(html: string, url: URL): Form[] {
  return [...html.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/gi)].map(([, attributes = '', content = '']) => ({
    action: new URL(attribute(attributes, 'action') ?? url.href, url).href,
    method: (attribute(attributes, 'method') ?? 'get').toUpperCase(),
    fields: [...content.matchAll(/<input\b([^>]*)>/gi)].flatMap(([, input = '']) => fieldOf(input)),
    buttons: [...content.matchAll(/<button\b([^>]*)>/gi)].map(([, button = '']): [string, string] => [attribute(button, 'name') ?? '', attribute(button, 'value') ?? '']),
  }));
}

function fieldOf(input: string): [string, string][] {
  const name = attribute(input, 'name');
  const type = attribute(input, 'type') ?? 'text';
  if (name === null || type === 'submit') return [];
  if ((type === 'checkbox' || type === 'radio') && !/\schecked\b/i.test(input)) return [];
  return [[name, attribute(input, 'value') ?? '']];
}

function attribute(tag: string, name: string): string | null {
  const found = new RegExp(`\\s${name}="([^"]*)"`, 'i').exec(tag)?.[1];
  return found === undefined ? null : unescaped(found);
}

function unescaped(text: string): string {
  const entities: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'", '&#x27;': "'" };
  return text.replace(/&(amp|lt|gt|quot|#39|#x27);/g, (entity) => entities[entity] ?? entity);
}
