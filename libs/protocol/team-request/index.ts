/**
 * What internal teams may ask over the bus (decision 42): to start a request for a person, to read it, to decide it for a person
 * they authenticated themselves, and to cancel it.
 *
 * 1. The broker says which team asks (decision 9). {@link requireTeamRight} says whether it may, by what is declared of it.
 * 2. A start says the parameters of RFC 8628 §3.1 and CIBA Core §7.1 by their names; {@link backchannelParameters} and
 *    {@link deviceParameters} make a form of them, which is judged by the same rules as a client's own.
 * 3. A request is named by its id alone, and found only among those of the team's clients.
 * 4. A decision for a person rests on the team's word: {@link vouchedAuthentication} is what the grant says of it.
 *
 * Not here: tokens. They go to the client, at the token endpoint.
 */
export * from './messages.js';
export * from './start-parameters.js';
export * from './team.js';
