const UNITS: readonly (readonly [seconds: number, name: string])[] = [
  [86_400, 'day'],
  [3_600, 'hour'],
  [60, 'minute'],
  [1, 'second'],
];

/** A length of time in words, in its largest unit: `3600` is `1 hour`. */
export function durationInWords(seconds: number): string {
  const whole = Math.round(Math.abs(seconds));
  const [unit, name] = UNITS.find(([size]) => whole >= size) ?? [1, 'second'];
  const count = Math.round(whole / unit);
  return `${count} ${name}${count === 1 ? '' : 's'}`;
}

/** An instant (seconds since 1970) in words, and how far it is from now. */
export function instantInWords(epochSeconds: number, nowMs: number): string {
  const at = new Date(epochSeconds * 1000);
  if (Number.isNaN(at.getTime())) return 'not an instant';
  const text = at.toISOString().replace('T', ' ').replace('.000Z', ' UTC').replace(/\.\d+Z$/, ' UTC');
  const away = epochSeconds - nowMs / 1000;
  if (Math.abs(away) < 1) return `${text}, now`;
  return away > 0 ? `${text}, in ${durationInWords(away)}` : `${text}, ${durationInWords(away)} ago`;
}
