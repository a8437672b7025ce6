/**
 * One entry of the reason catalogue (libs/vocabulary/reasons).
 *
 * @template {string} [Code=string]
 * @typedef {{ readonly code: Code, readonly status?: number, readonly description: string, readonly spec: string, readonly expected: string }} Reason
 */

const INTRODUCTION = `# Errors

Generated from the reason catalogue by \`tools/docs/generate.mjs\`. Do not edit: change \`libs/vocabulary/reasons\` and generate
the page again with \`node tools/docs/generate.mjs\`.

A client reads two things: \`error\`, a registered code, and \`error_description\`, a fixed text. Behind them stands a *reason*,
which only the operator sees: the log line of the request carries its id as \`reason\` and the request id that also stands in
the response. So a support question starts with the request id and ends in a row of this page.

Reasons that a client must not be able to tell apart share one text. The column *who says so* names the specification
section; *Ours* is a policy of this provider, and ids such as \`CLI-2\` are explained in
[requirements by id](spec/requirements.md). A few reasons (\`key_lease\`) concern requests between services and never reach a client.
`;

const OTHERS = `## Answers without a reason

Not every failure is a refusal. These two say nothing about the request and have no row above.

| answer | meaning | what to do |
|---|---|---|
| 503 \`temporarily_unavailable\` | an outage: something needed for the answer did not reply in time, or holds no valid data | ask again later; the log line names the dependency |
| 500 \`server_error\` | an incident: a fault in this software | report the request id; the log line holds the whole cause |
`;

/**
 * The page of all refusals, grouped by code. Pure: the same catalogue gives the same text, whatever the order of its entries.
 *
 * @template {string} Code
 * @param {Readonly<Record<string, Reason<Code>>>} reasons reason id → reason
 * @param {(code: Code) => number} statusOf HTTP status a code travels with, unless the reason has its own
 * @param {(code: Code) => string} specificationOf section that registers a code
 * @returns {string} Markdown, ending in one line break
 */
export function errorsPage(reasons, statusOf, specificationOf) {
  const byCode = new Map();
  for (const id of Object.keys(reasons).sort()) {
    const { code } = reasons[id];
    byCode.set(code, [...(byCode.get(code) ?? []), id]);
  }
  const sections = [...byCode.keys()].sort().map((code) => {
    const rows = byCode.get(code).map((id) => row(id, reasons[id], reasons[id].status ?? statusOf(code)));
    return [
      `## ${code}`,
      '',
      `Registered by ${specificationOf(code)}.`,
      '',
      '| reason | status | text for the client | who says so | the request should have been or had |',
      '|---|---|---|---|---|',
      ...rows,
      '',
    ].join('\n');
  });
  return [INTRODUCTION, ...sections, OTHERS].join('\n');
}

/** @param {string} id @param {Reason} reason @param {number} status */
function row(id, { description, spec, expected }, status) {
  return `| \`${id}\` | ${status} | ${cell(description)} | ${cell(spec)} | ${cell(expected)} |`;
}

/** A text that can neither end its cell nor become markup. @param {string} text */
function cell(text) {
  return text.replaceAll('\\', '\\\\').replace(/\s+/g, ' ').replace(/[|<*`]/g, '\\$&');
}
