/** Text that is HTML already. Only {@link html} makes it, so whatever else stands in a page was escaped. */
export class Html {
  constructor(readonly text: string) {}
}

/** What a template takes. Nothing is written for null, false and undefined. */
export type Fragment = Html | string | number | null | false | undefined | readonly Fragment[];

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Every character that is not just itself in a page: those of HTML, and those that turn the direction of the text after them. */
const SPECIAL = /[&<>"'\u202A-\u202E\u2066-\u2069]/g;

/**
 * Writes HTML (EDG-9, AUT-8). Every value is escaped for element content and for attributes in double quotes, the only places it
 * may stand; not for style, script or an attribute without quotes, and no template has a value there. What turns the direction of
 * text is left out, or the name of a client could rewrite the sentence it stands in (UAX #9 §2.1, §2.2).
 */
export function html(strings: TemplateStringsArray, ...values: readonly Fragment[]): Html {
  return new Html(strings.reduce((written, string, index) => written + render(values[index - 1]) + string));
}

function render(value: Fragment): string {
  if (value === null || value === undefined || value === false) return '';
  if (value instanceof Html) return value.text;
  if (typeof value === 'object') return value.map(render).join('');
  return String(value).replace(SPECIAL, (character) => ENTITIES[character] ?? '');
}

/** A value that nobody reads and that has to arrive as it is, like a `state`. */
export function exactly(value: string): Html {
  return new Html(value.replace(SPECIAL, (character) => ENTITIES[character] ?? character));
}

/** The address of a registered page if a person can be sent there: an absolute https or http URL. Null for everything else. */
export function webAddress(uri: string | null): string | null {
  if (uri === null || !URL.canParse(uri)) return null;
  const { protocol, href } = new URL(uri);
  return protocol === 'https:' || protocol === 'http:' ? href : null;
}
