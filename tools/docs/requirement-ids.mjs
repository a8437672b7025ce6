/** `CLI-2` and its like, `I7`, `F19`; not a part of another word, number or escape. */
const ID = /(?<![\w%.-])(?:(?:GEN|AUT|PAR|COD|REF|DEV|CIB|LOG|UIX|POP|CLI|CCR|REG|TOK|KEY|OUT|EDG|NAT|PGS|RED|SEC|K8S|REL)-\d+|I\d{1,2}|F\d\d)(?![\w-])/g;

/**
 * The requirement ids a text names.
 *
 * @param {string} text
 * @returns {ReadonlySet<string>}
 */
export function requirementIds(text) {
  return new Set([...text.matchAll(ID)].map(([id]) => id));
}

/**
 * The ids a requirements page explains, in its order: the first cells of its tables.
 *
 * @param {string} page Markdown
 * @returns {readonly string[]}
 */
export function explainedIds(page) {
  return [...page.matchAll(/^\| ([A-Z0-9]+(?:-\d+)?) \|/gm)].map((match) => match[1] ?? '').filter((id) => requirementIds(id).has(id));
}
