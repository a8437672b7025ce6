import type { Frame } from './layout.js';

const MINUTE_SECONDS = 60;

/** How long somebody has to wait, in words. */
export function waiting(seconds: number, { language: { texts } }: Frame): string {
  return seconds <= MINUTE_SECONDS ? texts.signIn.seconds(seconds) : texts.signIn.minutes(Math.ceil(seconds / MINUTE_SECONDS));
}
