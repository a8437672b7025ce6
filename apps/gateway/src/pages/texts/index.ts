/**
 * The text of the pages, keyed by meaning, one catalogue for each language. A language is added by a catalogue of the shape
 * {@link Texts} and its row in {@link CATALOGUES}; metadata then lists it in `ui_locales_supported`.
 */
import { ENGLISH, type Texts } from './english.js';

export type { Texts } from './english.js';

/** Text in one language. */
export interface Language {
  /** BCP 47, for the `lang` attribute and for dates. */
  readonly tag: string;
  readonly texts: Texts;
}

const FALLBACK: Language = { tag: 'en', texts: ENGLISH };
const CATALOGUES: ReadonlyMap<string, Language> = new Map([['en', FALLBACK]]);

/** The first of the preferred languages (`ui_locales`, OIDC Core §3.1.2.1) there is a catalogue for, by its primary subtag. */
export function languageFor(uiLocales: readonly string[]): Language {
  for (const locale of uiLocales) {
    const language = CATALOGUES.get(locale.split('-', 1)[0]?.toLowerCase() ?? '');
    if (language !== undefined) return language;
  }
  return FALLBACK;
}
