import encodeQr from 'qr';
import { type Html, html } from './html.js';

/** Modules of white around the code that readers need (ISO/IEC 18004 §5.3.8). */
const QUIET_MODULES = 4;

/** A QR code as a picture in the page: one path, black on white in every colour scheme, with words for who does not see it. */
export function qrCode(text: string, words: string): Html {
  const modules = encodeQr(text, 'raw', { ecc: 'medium', border: QUIET_MODULES });
  const path = modules.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : []))).join('');
  return html`<svg class="qr" role="img" aria-label="${words}" viewBox="0 0 ${modules.length} ${modules.length}" shape-rendering="crispEdges"><rect width="100%" height="100%" fill="#fff"/><path fill="#000" d="${path}"/></svg>`;
}
