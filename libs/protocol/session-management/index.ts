/**
 * OpenID Connect Session Management 1.0: how a page of a client learns, without a request, that somebody signed out here.
 *
 * 1. A successful authentication response carries `session_state` (§3.2): {@link sessionState}, salted, of the client, the origin of its
 *    redirect URI, and what its browser knows the session by ({@link browserStateOf}).
 * 2. That last value stands in a cookie of our own that scripts can read (§3.3), and changes with the session.
 * 3. The client keeps a hidden frame with `check_session_iframe` and sends it its id and the value; the frame computes it anew from the
 *    cookie and says `unchanged`, `changed`, or `error` when it cannot know (§3.1).
 *
 * Not here: the script of the frame, which is the gateway's. Where a browser keeps cookies from frames of other sites the frame sees
 * none, and says `error` rather than that something changed.
 */
export * from './session-state.js';
