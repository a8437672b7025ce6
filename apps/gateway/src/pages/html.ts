/** Text that is HTML already. Only {@link html} makes it, so whatever else stands in a page was escaped. */
export class Html {
  constructor(readonly text: string) {}
}

/** What a template takes. Nothing is written for null, false and undefined. */
export type Fragment = Html | string | number | null | false | undefined | readonly Fragment[];

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/**
 * Writes HTML (EDG-9, AUT-8). Every value is escaped for element content and for attributes in double quotes, the only places it
 * may stand; not for style, script or an attribute without quotes, and no template has a value there.
 */
export function html(strings: TemplateStringsArray, ...values: readonly Fragment[]): Html {
  return new Html(strings.reduce((written, string, index) => written + render(values[index - 1]) + string));
}

function render(value: Fragment): string {
  if (value === null || value === undefined || value === false) return '';
  if (value instanceof Html) return value.text;
  if (typeof value === 'object') return value.map(render).join('');
  return String(value).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}

/** The address of a registered page if a person can be sent there: an absolute https or http URL. Null for everything else. */
export function webAddress(uri: string | null): string | null {
  if (uri === null || !URL.canParse(uri)) return null;
  const { protocol, href } = new URL(uri);
  return protocol === 'https:' || protocol === 'http:' ? href : null;
}
