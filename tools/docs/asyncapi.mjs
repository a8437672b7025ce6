const INTRODUCTION = `Every message between the services of Tessera, and what each may say to which. Generated from libs/contracts.

Calls and events travel over NATS. The last token of a call's subject is the name of the caller, which the broker enforces. A message is a frame of 1 to 32 items, at most 128 KiB; each item has its own id, time and outcome, and the answers come in any order and any number of frames to the reply subject, below \`_INBOX.<caller>.\`. A missing answer means that the outcome is unknown: only contracts that say \`x-tessera-resend: safe\` may be asked again.`;

const FRAME_VERSION = { const: 1, description: 'Version of the frame.' };

/**
 * The AsyncAPI 3.0 document of all contracts. Pure: the same contracts give the same document, whatever their order.
 *
 * @param {{ requests: readonly object[], teamRequests?: readonly object[], events: readonly object[], schemaOf: (schema: unknown) => object }} catalogue
 *   `schemaOf` turns the schema of a contract into JSON Schema.
 */
export function asyncApi({ requests, teamRequests = [], events, schemaOf }) {
  const sorted = [...requests, ...teamRequests].sort(bySubject);
  const sortedEvents = [...events].sort(bySubject);
  return {
    asyncapi: '3.0.0',
    info: { title: 'Tessera on the bus', version: '1', description: INTRODUCTION },
    defaultContentType: 'application/json',
    channels: Object.fromEntries([...sorted.map(requestChannel), ...sortedEvents.map(eventChannel)]),
    operations: Object.fromEntries([...sorted.map(requestOperation), ...sortedEvents.map(eventOperation)]),
    components: {
      messages: Object.fromEntries([
        ...sorted.flatMap((contract) => [
          [`${contract.subject}.request`, requestMessage(contract, schemaOf)],
          [`${contract.subject}.reply`, replyMessage(contract, schemaOf)],
        ]),
        ...sortedEvents.map((event) => [event.subject, eventMessage(event, schemaOf)]),
      ]),
      schemas: { Outcome },
    },
  };
}

/** JSON with a line for each channel, operation and message: what a change touched shows, and the file stays small. */
export function printed(value, depth = 0) {
  if (depth === 3 || typeof value !== 'object' || value === null || Array.isArray(value)) return JSON.stringify(value);
  const indent = '  '.repeat(depth + 1);
  const members = Object.entries(value).map(([name, member]) => `${indent}${JSON.stringify(name)}: ${printed(member, depth + 1)}`);
  return `{\n${members.join(',\n')}\n${'  '.repeat(depth)}}`;
}

function bySubject(one, other) {
  return one.subject < other.subject ? -1 : 1;
}

function requestChannel({ kind, subject, callers }) {
  if (kind === 'team-request') return [subject, { address: subject, messages: { request: message(`${subject}.request`), reply: message(`${subject}.reply`) } }];
  return [
    subject,
    {
      address: `${subject}.{caller}`,
      parameters: { caller: { enum: [...callers].sort(), description: 'Who asks, as the broker vouches for it.' } },
      messages: { request: message(`${subject}.request`), reply: message(`${subject}.reply`) },
    },
  ];
}

function requestOperation({ subject, owner, deadlineMs, resend, batch, right }) {
  const channel = { $ref: `#/channels/${subject}` };
  return [
    subject,
    {
      action: 'receive',
      summary: right === undefined ? `Answered by ${owner}.` : `For teams with the right to ${right}, from their own account. One item in a frame. Answered by ${owner}.`,
      channel,
      messages: [{ $ref: `#/channels/${subject}/messages/request` }],
      reply: {
        address: { description: 'The reply subject of the message.', location: '$message.header#/reply' },
        channel,
        messages: [{ $ref: `#/channels/${subject}/messages/reply` }],
      },
      'x-tessera-owner': owner,
      'x-tessera-deadline-ms': deadlineMs,
      'x-tessera-resend': resend,
      ...(right === undefined ? { 'x-tessera-batch': batch } : { 'x-tessera-right': right }),
    },
  ];
}

function eventChannel({ subject }) {
  return [subject, { address: subject, messages: { event: message(subject) } }];
}

function eventOperation({ subject, owner, subscribers, recoveredBy }) {
  return [
    subject,
    {
      action: 'send',
      summary: `Published by ${owner}. A hint only; when it is lost: ${recoveredBy}`,
      channel: { $ref: `#/channels/${subject}` },
      'x-tessera-owner': owner,
      'x-tessera-subscribers': [...subscribers].sort(),
    },
  ];
}

function requestMessage({ request, examples }, schemaOf) {
  const item = {
    type: 'object',
    required: ['id', 'ms', 'tp', 'rid', 'body'],
    properties: {
      id: { type: 'integer', minimum: 0, description: 'Unique among the calls of the sending process.' },
      ms: { type: 'number', minimum: 0, description: 'Milliseconds the caller will go on waiting.' },
      tp: { type: 'string', description: 'traceparent (W3C Trace Context).' },
      rid: { type: 'string', description: 'Id of the request at the edge.' },
      key: { type: 'string', description: 'Idempotency key.' },
      body: schemaOf(request),
    },
  };
  return { payload: frameOf(item), examples: examples.map((one) => example({ ...CALL, body: one.request })) };
}

function replyMessage({ reply, examples }, schemaOf) {
  const item = {
    allOf: [
      { type: 'object', required: ['id'], properties: { id: { type: 'integer' } } },
      { oneOf: [{ type: 'object', required: ['ok'], properties: { ok: schemaOf(reply) } }, { $ref: '#/components/schemas/Outcome' }] },
    ],
  };
  return { payload: frameOf(item), examples: examples.map((one) => example({ id: CALL.id, ok: one.reply })) };
}

function eventMessage({ payload, examples }, schemaOf) {
  const item = { type: 'object', required: ['body'], properties: { body: schemaOf(payload) } };
  return { payload: frameOf(item), examples: examples.map((body) => example({ body })) };
}

function frameOf(item) {
  return { type: 'object', required: ['v', 'items'], properties: { v: FRAME_VERSION, items: { type: 'array', minItems: 1, maxItems: 32, items: item } } };
}

function example(item) {
  return { payload: { v: 1, items: [item] } };
}

/** The envelope of a call in the examples. */
const CALL = { id: 7, ms: 2500, tp: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', rid: 'Y3VwIG9mIHRlYQ' };

/** What an item may come to beside `ok`. */
const Outcome = {
  description: 'A refusal with its reason (docs/errors.md), an outage of something the owner needs, a fault of the owner, or no turn in time.',
  oneOf: [
    {
      type: 'object',
      required: ['refusal'],
      properties: {
        refusal: {
          type: 'object',
          required: ['reason', 'code', 'description'],
          properties: {
            reason: { type: 'string' },
            code: { type: 'string' },
            description: { type: 'string' },
            status: { type: 'integer' },
            detail: { type: 'object' },
          },
        },
      },
    },
    { type: 'object', required: ['outage'], properties: { outage: { type: 'object', required: ['dependency'], properties: { dependency: { type: 'string' } } } } },
    { type: 'object', required: ['incident'], properties: { incident: { type: 'object', required: ['id'], properties: { id: { type: 'string' } } } } },
    { type: 'object', required: ['overloaded'], properties: { overloaded: { const: true } } },
    { type: 'object', required: ['expired'], properties: { expired: { const: true } } },
  ],
};

function message(name) {
  return { $ref: `#/components/messages/${name}` };
}
