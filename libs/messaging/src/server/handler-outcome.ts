import { isObservable, lastValueFrom } from 'rxjs';

/** What a handler as Nest wraps it comes to: a value, or an Observable where a filter or an interceptor had a hand in it. */
export async function handlerOutcome(returned: unknown): Promise<unknown> {
  const outcome: unknown = await returned;
  return isObservable(outcome) ? lastValueFrom(outcome, { defaultValue: null }) : outcome;
}
