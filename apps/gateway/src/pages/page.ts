import { ENDPOINT_PATHS, issuerPath } from '@tessera/protocol/edge';
import { PAGE_PATHS, PUSH_WORKER_PATH } from '../http/published-surface.js';
import { STYLE_SHEET_NAME } from './style-sheet.js';

/** A page that is ready to be sent. */
export interface Page {
  readonly status: number;
  readonly html: string;
  /** Where its forms may lead besides ourselves (UIX-5). */
  readonly formTargets: readonly string[];
  /** Whose pages it loads in frames; absent: nobody's (LOG-5). */
  readonly frameSources?: readonly string[];
  /** The nonce of its one script; null where nothing runs. */
  readonly scriptNonce: string | null;
  /** Whether its script asks us for news. */
  readonly asksBack?: boolean;
  /** Whether its script registers the service worker. */
  readonly hasWorker?: boolean;
}

/** Where the pages and what they refer to are, as paths of the issuer's own host. No page takes an address from a request (UIX-10). */
export interface PageAddresses {
  readonly host: string;
  readonly interaction: string;
  readonly account: string;
  readonly device: string;
  readonly approvals: string;
  readonly endSession: string;
  readonly styleSheet: string;
  readonly pushWorker: string;
}

/** The addresses below an issuer. */
export function pageAddresses(issuer: string): PageAddresses {
  const path = issuerPath(issuer);
  return {
    host: new URL(issuer).host,
    interaction: `${path}${PAGE_PATHS.interaction}`,
    account: `${path}${PAGE_PATHS.account}`,
    device: `${path}${PAGE_PATHS.device}`,
    approvals: `${path}${PAGE_PATHS.approvals}`,
    endSession: `${path}${ENDPOINT_PATHS.endSession}`,
    styleSheet: `${path}/${STYLE_SHEET_NAME}`,
    pushWorker: `${path}${PUSH_WORKER_PATH}`,
  };
}
