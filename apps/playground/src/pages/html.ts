/** Markup that is safe to send: every value that came in from outside was escaped on the way. */
export class Html {
  constructor(readonly text: string) {}
}

/** What may stand in a template. Nothing is shown for null and false. */
export type Content = Html | string | number | null | false | readonly Content[];

/** A template whose values are escaped, unless they are markup made by another template. */
export function html(strings: TemplateStringsArray, ...values: readonly Content[]): Html {
  return new Html(strings.map((text, index) => (index === 0 ? text : `${markupOf(values[index - 1] ?? null)}${text}`)).join(''));
}

function markupOf(value: Content): string {
  if (value === null || value === false) return '';
  if (value instanceof Html) return value.text;
  if (typeof value === 'string' || typeof value === 'number') return escaped(String(value));
  return value.map(markupOf).join('');
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
