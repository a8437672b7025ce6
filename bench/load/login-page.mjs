import { UnexpectedAnswer } from './unexpected-answer.mjs';

const FORM = /<form\b([^>]*)>([\s\S]*?)<\/form>/gi;
const INPUT = /<input\b([^>]*)>/gi;
const ENTITY = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'", '&#x27;': "'" };

/**
 * The form of a page that asks for a password: where it goes, and all that it carries unseen, as a browser would send it back.
 * Another page, such as consent, is not what the load is made of.
 */
export function loginForm(html) {
  for (const [, attributes, content] of html.matchAll(FORM)) {
    const inputs = [...content.matchAll(INPUT)].map(([, input]) => input);
    if (!inputs.some((input) => attribute(input, 'name') === 'password')) continue;
    const hidden = inputs.filter((input) => attribute(input, 'type') === 'hidden');
    return {
      action: attribute(attributes, 'action'),
      fields: hidden.map((input) => [attribute(input, 'name') ?? '', attribute(input, 'value') ?? '']),
    };
  }
  throw new UnexpectedAnswer('a page without a password field');
}

/**
 * What the form of a page carries that is not a button, ticked boxes among it, as a browser would send it unchanged: of the form
 * with a button of this name, or of the first.
 */
export function formFields(html, button = null) {
  for (const [, , content] of html.matchAll(FORM)) {
    if (button !== null && !content.includes(`name="${button}"`)) continue;
    const inputs = [...content.matchAll(INPUT)].map(([, input]) => input);
    const sent = inputs.filter((input) => attribute(input, 'type') !== 'checkbox' || /\schecked(?:\s|$)/i.test(input));
    return sent.map((input) => [attribute(input, 'name') ?? '', attribute(input, 'value') ?? '']);
  }
  throw new UnexpectedAnswer('a page without the form that was expected');
}

function attribute(tag, name) {
  const found = new RegExp(`(?:^|\\s)${name}\\s*=\\s*"([^"]*)"`, 'i').exec(tag);
  return found === null ? null : found[1].replace(/&(amp|lt|gt|quot|#39|#x27);/g, (entity) => ENTITY[entity]);
}
