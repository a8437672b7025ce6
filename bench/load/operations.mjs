import { BackchannelFlow, PendingPolls } from './backchannel-flow.mjs';
import { CodeExchange, CodeFlow, Introspection, Refresh, Userinfo } from './conversations.mjs';
import { DeviceFlow } from './device-flow.mjs';
import { requestSource } from './requests.mjs';
import { requireStatus, UnexpectedAnswer } from './unexpected-answer.mjs';

const CONVERSATIONS = {
  'code-flow': CodeFlow,
  'code-exchange': CodeExchange,
  refresh: Refresh,
  introspection: Introspection,
  userinfo: Userinfo,
  device: DeviceFlow,
  'ciba-poll': BackchannelFlow,
  polls: PendingPolls,
  'polls-at-rate': PendingPolls,
};

/**
 * Where the operations of a run come from. `operation(connection)` is an iterator for the connection of this number: it yields the
 * text of each request, is given `{ status, body, head }` of the answer, throws UnexpectedAnswer, and returns a function that makes
 * the sample of the operation. Null when there are none left. `late`: how many texts were made while measuring that should have
 * been ready.
 *
 * `prepare(count)` is called between warm-up and measuring, with the operations to expect. A source with `gather` instead wants a
 * stretch of its own for that, of so many seconds, and says in `ready` how many operations it gathered for.
 */
export function operationSource({ request, expected, status }) {
  const Conversation = CONVERSATIONS[request.kind];
  return Conversation ? new Conversation(request) : new SingleRequests(requestSource(request), { expected, status });
}

/** Operations of one request each. `expected` is a text every good answer contains. */
class SingleRequests {
  constructor(source, { expected, status = 200 }) {
    this.source = source;
    this.expected = Buffer.from(expected);
    this.status = status;
  }

  get late() {
    return this.source.late ?? 0;
  }

  prepare(count) {
    this.source.prepare(count);
  }

  *operation() {
    const { body } = requireStatus(yield this.source.next(), this.status);
    if (body.indexOf(this.expected) < 0) throw new UnexpectedAnswer('unexpected body');
    return () => body.toString('utf8');
  }
}
