import type { PasswordInput } from '../relying-party/relying-party.js';
import type { SignInChoices } from '../relying-party/sign-in.js';

const PROMPTS = ['login', 'consent', 'select_account', 'none'];

/** The options of a sign-in; whatever the form may not say is left out. */
export function signInChoices(form: URLSearchParams): SignInChoices {
  const prompt = form.get('prompt') ?? '';
  return {
    prompt: PROMPTS.includes(prompt) ? prompt : null,
    responseMode: form.get('response_mode') === 'form_post' ? 'form_post' : null,
    offline: form.get('offline') === 'yes',
  };
}

/** What the person typed for the password grant. */
export function passwordInput(form: URLSearchParams): PasswordInput {
  return { username: form.get('username') ?? '', password: form.get('password') ?? '' };
}
