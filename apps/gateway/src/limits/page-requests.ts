import { type Clock, FAILURE_KEYS_MAX } from '@tessera/vocabulary';
import { networkOf } from '../http/source-address.js';
import { countKey, type SharedCounts } from './failed-authentications.js';
import { FailureWindow } from './failure-window.js';

/** One form in so many requests: a form costs the most, for a password is hashed behind it. */
const FORM_SHARE = 5;
/** The other processes are told in so many parts of the limit: counting for them costs next to nothing, and is that exact. */
const SHARES = 32;

/**
 * Limits requests for pages by source (EDG-8). Each process counts for itself, without waiting for anything; now and then it adds
 * what it counted to the shared counts, which can only raise its own. Without their store the limit is one per process (I7).
 */
export class PageRequests {
  private readonly pages: RequestCount;
  private readonly forms: RequestCount;

  constructor(perMinute: number, shared: SharedCounts, clock: Clock) {
    this.pages = new RequestCount('page', perMinute, shared, clock);
    this.forms = new RequestCount('form', Math.ceil(perMinute / FORM_SHARE), shared, clock);
  }

  /** Counts a request. Seconds this source has to wait before it is answered; 0 for now. */
  secondsToWait(source: string, method: string): number {
    const network = networkOf(source);
    const forPage = this.pages.secondsToWait(network);
    return forPage > 0 || method !== 'POST' ? forPage : this.forms.secondsToWait(network);
  }
}

/** Limits requests to register and to change registrations by source (EDG-8): each may make rows, and have something fetched. */
export class RegistrationRequests {
  private readonly requests: RequestCount;

  constructor(perMinute: number, shared: SharedCounts, clock: Clock) {
    this.requests = new RequestCount('registration', perMinute, shared, clock);
  }

  /** Counts a request. Seconds this source has to wait before it is answered; 0 for now. */
  secondsToWait(source: string): number {
    return this.requests.secondsToWait(networkOf(source));
  }
}

class RequestCount {
  private readonly window: FailureWindow;
  private readonly share: number;

  constructor(
    private readonly name: string,
    max: number,
    private readonly shared: SharedCounts,
    clock: Clock,
  ) {
    this.window = new FailureWindow(clock, max, FAILURE_KEYS_MAX);
    this.share = Math.ceil(max / SHARES);
  }

  /** A request that has to wait is not counted: waiting ends, however often somebody asks meanwhile. */
  secondsToWait(network: string): number {
    const wait = this.window.blocking ? this.window.secondsToWait(network) : 0;
    if (wait > 0) return wait;
    if (this.window.add(network) % this.share === 0) {
      this.shared.add(countKey(`${this.name}\n${network}`), this.share, (count) => this.window.raise(network, count));
    }
    return 0;
  }
}
