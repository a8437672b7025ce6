/** An answer that ends its operation. The message is the kind of error it is counted as, so it never holds a value. */
export class UnexpectedAnswer extends Error {}

/** Goes on with an answer of this status only. */
export function requireStatus(answer, status) {
  if (answer.status !== status) throw new UnexpectedAnswer(`status ${answer.status}`);
  return answer;
}
