import { Conversation } from './conversations.mjs';
import { formFields, loginForm } from './login-page.mjs';
import { formRequest } from './requests.mjs';
import { within } from './sign-in.mjs';
import { requireStatus, UnexpectedAnswer } from './unexpected-answer.mjs';
import { locationOf } from './user-agent.mjs';

const CIBA_GRANT = 'urn:openid:params:grant-type:ciba';
/** Longer than any run, in the words of CIBA Core §7.1. */
const EXPIRY_SECONDS = '600';
/** More than gathering ever takes: it ends when everybody was asked. */
const GATHER_SECONDS_MAX = 300;
/** Pages from the address of the inbox to the inbox. */
const PAGES_MAX = 4;

/** What the client of a backchannel request sends. */
class BackchannelConversation extends Conversation {
  *started(hint) {
    const fields = [['scope', this.site.scope], ['login_hint', hint], ['requested_expiry', EXPIRY_SECONDS]];
    const { body } = requireStatus(yield this.asked('/bc-authorize', fields), 200);
    return JSON.parse(body).auth_req_id;
  }

  poll(authReqId) {
    return this.asked('/token', [['grant_type', CIBA_GRANT], ['auth_req_id', authReqId]]);
  }

  asked(path, fields) {
    const { base, host, client } = this.site;
    return formRequest({ path: `${base}${path}`, host, headers: { authorization: client.authorization }, fields });
  }
}

/**
 * The whole flow by poll (CIBA Core §7, §11): the client asks, the person, who is signed in, looks into the inbox and approves, and
 * the client gets its tokens at its first poll after that. Each connection has a person who signs in once.
 */
export class BackchannelFlow extends BackchannelConversation {
  steps = ['POST /bc-authorize', 'GET /approvals', 'POST approval', 'POST /token'];
  agents = [];

  *operation(connection) {
    const person = this.person(connection);
    const agent = (this.agents[connection] ??= yield* this.signedInAgent(person));
    const before = agent.requests;
    const authReqId = yield* this.started(person.username);
    const inbox = requireStatus(yield* agent.open(`${this.site.base}/approvals`), 200).body.toString('utf8');
    const decided = yield* agent.submit(`${this.site.base}/approvals`, [...formFields(inbox, 'answer'), ['answer', 'approve']]);
    if (decided.status >= 400) throw new UnexpectedAnswer(`an approval was answered with status ${decided.status}`);
    const { body } = requireStatus(yield this.poll(authReqId), 200);
    return () => ({ requests: agent.requests - before + 2, tokens: JSON.parse(body) });
  }

  *signedInAgent({ username, password }) {
    const agent = this.agent();
    let path = `${this.site.base}/approvals`;
    let answer = yield* agent.open(path);
    for (let pages = 0; pages < PAGES_MAX; pages += 1) {
      const location = locationOf(answer);
      if (location === null && !requireStatus(answer, 200).body.includes('name="password"')) return agent;
      if (location === null) {
        const { fields } = loginForm(answer.body.toString('utf8'));
        answer = yield* agent.submit(path.split('?')[0], [...fields, ['identifier', username], ['password', password]]);
      } else {
        path = within(location, path, this.site);
        answer = yield* agent.open(path);
      }
    }
    throw new UnexpectedAnswer('a sign-in to the inbox without an end');
  }
}

/**
 * Polls of requests that nobody answers. They are gathered first, one for each entry of `people`, in which the same person stands as
 * often as requests may wait for one. With a rate they are polled in turns, so that each has its interval, again and again; without
 * one each is polled once, as fast as that goes.
 */
export class PendingPolls extends BackchannelConversation {
  pending = [];
  next = 0;
  stage = 'warm-up';

  constructor({ rate = null, ...description }) {
    super(description);
    this.rate = rate;
    this.gather = GATHER_SECONDS_MAX;
  }

  get ready() {
    return this.pending.length;
  }

  operation() {
    if (this.stage === 'warm-up') return this.nothing();
    if (this.stage === 'gathering') return this.people.length === 0 ? null : this.gathered(this.people.pop());
    if (this.rate === null && this.next === this.pending.length) return null;
    const authReqId = this.pending[this.next % this.pending.length];
    this.next += 1;
    return this.polled(authReqId);
  }

  *nothing() {
    requireStatus(yield this.asked('/token', [['grant_type', CIBA_GRANT], ['auth_req_id', 'nobody-has-this']]), 400);
    return () => null;
  }

  *gathered(person) {
    this.pending.push(yield* this.started(person.username));
    return () => null;
  }

  *polled(authReqId) {
    const { error } = JSON.parse(requireStatus(yield this.poll(authReqId), 400).body);
    if (error !== 'authorization_pending') throw new UnexpectedAnswer(`a poll was answered ${error}`);
    return () => ({ error });
  }
}
