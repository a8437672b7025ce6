import { misunderstandings } from './compatibility.mjs';

/** What of the contracts two releases have to agree on, by subject. `schemaOf` turns the schema of a contract into JSON Schema. */
export function contractsRecord({ requests, events, schemaOf }) {
  const bySubject = (list, described) => Object.fromEntries([...list].sort((one, other) => (one.subject < other.subject ? -1 : 1)).map((one) => [one.subject, described(one)]));
  return {
    requests: bySubject(requests, ({ callers, request, reply, examples }) => ({
      callers: [...callers].sort(),
      request: schemaOf(request),
      reply: schemaOf(reply),
      examples: JSON.parse(JSON.stringify(examples)),
    })),
    events: bySubject(events, ({ payload, examples }) => ({ payload: schemaOf(payload), examples: JSON.parse(JSON.stringify(examples)) })),
  };
}

/** Why services of the two releases could not work side by side, as lines; empty when they can. */
export function contractProblems(previous, present) {
  return [...Object.entries(previous.requests).flatMap((entry) => requestProblems(entry, present)), ...Object.entries(previous.events).flatMap((entry) => eventProblems(entry, present))];
}

function requestProblems([subject, before], present) {
  const now = present.requests[subject];
  if (now === undefined) return [`${subject} is gone, and the release before asks it`];
  return [
    ...before.callers.filter((caller) => !now.callers.includes(caller)).map((caller) => `${subject} is closed to ${caller}, which asks it`),
    ...named(`${subject}, asked by the release before`, misunderstandings(before.request, now.request)),
    ...named(`${subject}, asked of the release before`, misunderstandings(now.request, before.request, { newValues: true })),
    ...named(`${subject}, answered to the release before`, misunderstandings(now.reply, before.reply)),
    ...named(`${subject}, answered by the release before`, misunderstandings(before.reply, now.reply)),
  ];
}

function eventProblems([subject, before], present) {
  const now = present.events[subject];
  if (now === undefined) return [`${subject} is not published any more, and the release before listens`];
  return [
    ...named(`${subject}, told to the release before`, misunderstandings(now.payload, before.payload)),
    ...named(`${subject}, told by the release before`, misunderstandings(before.payload, now.payload)),
  ];
}

const named = (what, problems) => problems.map((problem) => `${what}: ${problem}`);
