import { createHash } from 'node:crypto';

/**
 * Asks every two seconds how something stands, and loads the page anew when that changes. Without JavaScript the page says how to
 * look again.
 */
export const WATCH_SCRIPT = `'use strict';
for (const watched of document.querySelectorAll('[data-watch]')) {
  const again = watched.querySelector('[data-again]');
  if (again) again.hidden = true;
  const look = async () => {
    try {
      const response = await fetch(watched.dataset.watch, { cache: 'no-store' });
      if (response.ok && (await response.text()) !== watched.dataset.state) return location.reload();
    } catch {}
    setTimeout(look, 2000);
  };
  setTimeout(look, 2000);
}
`;

/** Its address names its content, so that a browser may keep it for ever. */
export const WATCH_PATH = `/watch-${createHash('sha256').update(WATCH_SCRIPT).digest('hex').slice(0, 12)}.js`;
