import { durationInWords, instantInWords } from './times.js';

/** Claims of ID tokens, access tokens, userinfo and introspection answers: what each says (OIDC Core §2, §5.1; RFC 9068; RFC 7662). */
const CLAIMS: Readonly<Record<string, string>> = {
  iss: 'Who made this statement: the provider.',
  sub: 'Whom it is about: a name for the person (or the app) that never changes and is never given to another.',
  aud: 'Whom it is meant for. Anybody else must not accept it.',
  exp: 'Until when it counts.',
  iat: 'When it was made.',
  nbf: 'From when it counts.',
  auth_time: 'When the person last proved who they are.',
  nonce: 'The value the app sent with this sign-in.',
  acr: 'How strong the sign-in was, as a class.',
  amr: 'How the person proved it: “pwd” is a password.',
  azp: 'The app this was issued to.',
  at_hash: 'A fingerprint of the access token that came along: the two belong together.',
  sid: 'The session at the provider, so that a logout can say which one.',
  jti: 'A name for this very token.',
  client_id: 'The app this was issued to.',
  scope: 'What it allows.',
  token_type: 'How it is used.',
  username: 'The person’s name for signing in.',
  active: 'Whether the token is valid right now.',
  name: 'The full name.',
  given_name: 'The given name.',
  family_name: 'The family name.',
  middle_name: 'The middle name.',
  nickname: 'What friends say.',
  preferred_username: 'What the person likes to be called here. It may change; sub does not.',
  profile: 'A page about the person.',
  picture: 'A picture of the person.',
  website: 'The person’s web site.',
  email: 'The email address.',
  email_verified: 'Whether the provider knows that the address belongs to the person.',
  gender: 'The gender.',
  birthdate: 'The birthday.',
  zoneinfo: 'The time zone.',
  locale: 'The language and region.',
  phone_number: 'The telephone number.',
  phone_number_verified: 'Whether the provider knows that the number belongs to the person.',
  address: 'The postal address.',
  updated_at: 'When these claims last changed.',
};

/** Header parameters of a JWT (RFC 7515 §4.1). */
const TOKEN_HEADER: Readonly<Record<string, string>> = {
  alg: 'The signature algorithm.',
  kid: 'Which of the provider’s keys made the signature.',
  typ: 'What kind of token it is, so that one kind cannot pass for another.',
};

const INSTANTS = ['exp', 'iat', 'nbf', 'auth_time', 'updated_at'];

/** What a claim says; empty for one that has no entry. */
export const claimMeaning = (name: string): string => CLAIMS[name] ?? '';
/** What a header parameter of a token says. */
export const tokenHeaderMeaning = (name: string): string => TOKEN_HEADER[name] ?? '';

/** A value as text for people: instants and durations in words beside the number. */
export function valueInWords(name: string, value: unknown, nowMs: number): { readonly text: string; readonly words: string | null } {
  const text = textOf(value);
  if (typeof value !== 'number') return { text, words: null };
  if (INSTANTS.includes(name)) return { text, words: instantInWords(value, nowMs) };
  return { text, words: name === 'expires_in' ? durationInWords(value) : null };
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  const plainList = Array.isArray(value) && value.every((member) => typeof member === 'string');
  return plainList ? value.join(' ') : JSON.stringify(value, null, 1);
}
