/** Numbers a person chooses from. */
const CHOICES = 3;
/** Two digits, so that all look alike. */
const LEAST = 10;
const NUMBERS = 90;

/** What the client shows, and what the person's page offers. */
export interface MatchingNumbers {
  /** `tessera_number`, for the client's screen. */
  readonly number: number;
  /** The three on the page, {@link number} among them. */
  readonly choices: readonly number[];
}

/**
 * Ties the two screens together: somebody who never saw the client's screen picks the right one of three once in three tries, and
 * has one. It does not protect a person who is told the number on the telephone by whoever began the request.
 *
 * @param drawBelow a random whole number from 0 to one less than its argument, from the system's generator.
 */
export function drawMatchingNumbers(drawBelow: (bound: number) => number): MatchingNumbers {
  // Each is drawn from those that are left, so that three draws are enough whatever the generator gives.
  const left = Array.from({ length: NUMBERS }, (_, index) => LEAST + index);
  const choices = Array.from({ length: CHOICES }, () => left.splice(drawBelow(left.length), 1)[0] ?? LEAST);
  const number = choices[drawBelow(CHOICES)] ?? LEAST;
  return { number, choices };
}
