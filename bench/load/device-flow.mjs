import { Conversation } from './conversations.mjs';
import { formFields, loginForm } from './login-page.mjs';
import { formRequest } from './requests.mjs';
import { within } from './sign-in.mjs';
import { requireStatus, UnexpectedAnswer } from './unexpected-answer.mjs';
import { locationOf } from './user-agent.mjs';

const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';

/**
 * The whole device flow (RFC 8628), each time by somebody who is not signed in: the device asks, the person follows the QR code,
 * signs in, compares and agrees, and the device gets its tokens at its first poll after that.
 */
export class DeviceFlow extends Conversation {
  steps = ['POST /device_authorization', 'GET /device', 'POST code', 'GET login page', 'POST login', 'GET comparison', 'POST decision', 'POST /token'];

  *operation(connection) {
    const started = JSON.parse((yield* this.asked('/device_authorization', [['scope', this.site.scope]])).body);
    const agent = this.agent();
    yield* this.agreed(agent, started, this.person(connection));
    const { body } = yield* this.asked('/token', [['grant_type', DEVICE_GRANT], ['device_code', started.device_code]]);
    if (body.indexOf('"id_token":"') < 0) throw new UnexpectedAnswer('no ID token');
    return () => ({ requests: agent.requests + 2, tokens: JSON.parse(body) });
  }

  /** What the device sends: a public client, by its id alone. */
  *asked(path, fields) {
    const { base, host, client } = this.site;
    return requireStatus(yield formRequest({ path: `${base}${path}`, host, headers: {}, fields: [['client_id', client.id], ...fields] }), 200);
  }

  *agreed(agent, { verification_uri_complete: complete }, { username, password }) {
    const entry = within(complete, '/', this.site);
    const login = yield* this.next(agent, entry, yield* agent.submit(entry.split('?')[0], pageFields(yield* agent.open(entry))));
    const { fields } = loginForm(requireStatus(login.answer, 200).body.toString('utf8'));
    const signedIn = yield* agent.submit(login.path.split('?')[0], [...fields, ['identifier', username], ['password', password]]);
    const compared = yield* this.next(agent, login.path, signedIn);
    const decided = yield* agent.submit(compared.path.split('?')[0], [...pageFields(compared.answer, 'decision'), ['decision', 'allow']]);
    if (requireStatus(decided, 200).body.indexOf('class="done"') < 0) throw new UnexpectedAnswer('the device was not connected');
  }

  /** The page a form led to. */
  *next(agent, from, answer) {
    const location = locationOf(answer);
    if (location === null) throw new UnexpectedAnswer(`a form came back with status ${answer.status}`);
    const path = within(location, from, this.site);
    return { path, answer: yield* agent.open(path) };
  }
}

function pageFields(answer, button = null) {
  return formFields(requireStatus(answer, 200).body.toString('utf8'), button);
}
