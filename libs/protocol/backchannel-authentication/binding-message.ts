import { BINDING_MESSAGE_LENGTH_MAX } from '@tessera/vocabulary';

/**
 * What cannot be shown as it is: controls, format characters (those that turn the direction of text among them, UAX #9 §2), halves
 * of pairs, private and unassigned characters, line and paragraph separators; and the brackets of markup, which no message for
 * comparing needs.
 */
const UNSHOWABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}<>]/u;
/** Something to be seen. */
const VISIBLE = /[^\s\p{M}]/u;
/** More marks upon one another than any script needs run over the lines above and below. */
const STACKED_MARKS = /\p{M}{4}/u;

/** CIB-3, CIBA Core §7.1: short, plain, the same on both screens. Length is in characters as people count them, nearly. */
export function isBindingMessage(message: string): boolean {
  return (
    [...message].length <= BINDING_MESSAGE_LENGTH_MAX && VISIBLE.test(message) && !UNSHOWABLE.test(message) && !STACKED_MARKS.test(message)
  );
}
