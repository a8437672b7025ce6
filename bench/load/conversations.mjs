import { formRequest, requestText } from './requests.mjs';
import { authorize, redemptionText } from './sign-in.mjs';
import { requireStatus, UnexpectedAnswer } from './unexpected-answer.mjs';
import { UserAgent } from './user-agent.mjs';

/** The oldest of the gathered codes must still live when the last is redeemed: together these are less than a code's minute. */
const GATHER_SECONDS_MAX = 25;

/** What all conversations know: the issuer, the client that asks, and a person for each connection. */
export class Conversation {
  constructor({ issuer, host, client, scope, resource, people, seconds }) {
    const { origin, pathname } = new URL(issuer);
    this.site = { issuer, host, origin, base: pathname.replace(/\/$/, ''), client, scope, resource };
    this.people = people;
    this.seconds = seconds;
    this.late = 0;
  }

  prepare() {}

  person(connection) {
    return this.people[connection % this.people.length];
  }

  agent() {
    return new UserAgent(this.site);
  }

  /** Signs in with a browser that has no cookies, and redeems the code. */
  *signedIn(connection) {
    const agent = this.agent();
    const granted = yield* authorize(agent, this.site, this.person(connection));
    const answer = requireStatus(yield redemptionText(this.site, granted), 200);
    return { nonce: granted.nonce, requests: agent.requests + 1, body: answer.body };
  }
}

/** The whole code flow, each time by somebody who is not signed in. */
export class CodeFlow extends Conversation {
  steps = ['GET /authorize', 'GET login page', 'POST login', 'POST /token'];

  *operation(connection) {
    const { nonce, requests, body } = yield* this.signedIn(connection);
    if (body.indexOf('"id_token":"') < 0) throw new UnexpectedAnswer('no ID token');
    return () => ({ nonce, requests, tokens: JSON.parse(body) });
  }
}

/**
 * Only the redemption. The codes are gathered ahead by sessions that are signed in already, which costs no password hash. The
 * warm-up redeems each code at once.
 */
export class CodeExchange extends Conversation {
  constructor(description) {
    super(description);
    this.gather = Math.min(GATHER_SECONDS_MAX, 2 * this.seconds);
    this.agents = [];
    this.granted = [];
    this.next = 0;
    this.stage = 'warm-up';
  }

  get ready() {
    return this.granted.length;
  }

  operation(connection) {
    if (this.stage === 'warm-up') return this.atOnce(connection);
    if (this.stage === 'gathering') return this.gathered(connection);
    const granted = this.granted[this.next];
    this.next += 1;
    return granted === undefined ? null : this.redeemed(granted);
  }

  *atOnce(connection) {
    return yield* this.redeemed(yield* this.authorized(connection));
  }

  *gathered(connection) {
    this.granted.push(yield* this.authorized(connection));
    return () => null;
  }

  authorized(connection) {
    this.agents[connection] ??= this.agent();
    return authorize(this.agents[connection], this.site, this.person(connection));
  }

  *redeemed(granted) {
    const { body } = requireStatus(yield redemptionText(this.site, granted), 200);
    if (body.indexOf('"id_token":"') < 0) throw new UnexpectedAnswer('no ID token');
    return () => ({ nonce: granted.nonce, tokens: JSON.parse(body) });
  }
}

/** Each connection has a chain of its own: it presents the refresh token that the answer before gave it (RFC 6749 §6). */
export class Refresh extends Conversation {
  held = [];

  *operation(connection) {
    const presented = this.held[connection] ?? JSON.parse((yield* this.signedIn(connection)).body).refresh_token;
    // Whatever goes wrong from here: the chain is not gone on with, the next operation signs in and begins another.
    this.held[connection] = undefined;
    const { base, host, client } = this.site;
    const answer = yield formRequest({
      path: `${base}/token`,
      host,
      headers: { authorization: client.authorization },
      fields: [
        ['grant_type', 'refresh_token'],
        ['refresh_token', presented ?? ''],
      ],
    });
    const tokens = JSON.parse(requireStatus(answer, 200).body);
    if (typeof tokens.refresh_token !== 'string' || tokens.refresh_token === presented)
      throw new UnexpectedAnswer('the refresh token was not replaced');
    this.held[connection] = tokens.refresh_token;
    return () => ({ presented, tokens });
  }
}

/** One request about a token that the person of the connection got once. */
class AboutToken extends Conversation {
  held = [];

  *operation(connection) {
    const held = (this.held[connection] ??= yield* this.begun(connection));
    const { body } = requireStatus(yield held.text, 200);
    if (body.indexOf(this.expected) < 0) throw new UnexpectedAnswer('unexpected body');
    return () => ({ subject: held.subject, answer: JSON.parse(body) });
  }

  *begun(connection) {
    const { access_token: token, id_token: idToken } = JSON.parse((yield* this.signedIn(connection)).body);
    const subject = JSON.parse(Buffer.from(String(idToken).split('.')[1] ?? '', 'base64url')).sub;
    return { subject, text: this.textFor(token) };
  }
}

/** OIDC Core §5.3.1. */
export class Userinfo extends AboutToken {
  expected = '"sub":"';

  textFor(token) {
    const { base, host } = this.site;
    return requestText({ method: 'GET', path: `${base}/userinfo`, host, headers: { authorization: `Bearer ${token}` } });
  }
}

/** RFC 7662 §2.1, asked by `caller`. */
export class Introspection extends AboutToken {
  expected = '"active":true';

  constructor({ caller, ...description }) {
    super(description);
    this.caller = caller;
  }

  textFor(token) {
    const { base, host } = this.site;
    return formRequest({
      path: `${base}/introspect`,
      host,
      headers: { authorization: this.caller.authorization },
      fields: [['token', token]],
    });
  }
}
