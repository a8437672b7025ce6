import { Handle } from '@tessera/vocabulary';
import { z } from 'zod';
import { parseOutboundUrl } from '../outbound-url/index.js';

/** Characters of an endpoint; those of the known push services are below 400. */
const ENDPOINT_LENGTH_MAX = 2_048;
const USER_AGENT_LENGTH_MAX = 300;
/** Browsers of one person; each is told of every request. */
export const BROWSERS_PER_PERSON_MAX = 5;

/**
 * What a browser gives whoever may push to it (RFC 8291 §2, Push API §8). The endpoint is the browser's word: it is looked at like
 * every address a stranger chooses (OUT-1), and again each time it is called (OUT-2).
 */
export const PushSubscription = z.object({
  endpoint: z.string().max(ENDPOINT_LENGTH_MAX).refine((url) => 'url' in parseOutboundUrl(url)),
  /** An uncompressed point of P-256: 65 octets, the first of them 4. */
  p256dh: z.string().regex(/^B[A-Za-z0-9_-]{86}$/),
  /** 16 octets. */
  auth: z.string().regex(/^[A-Za-z0-9_-]{22}$/),
});
/** What a browser gives whoever may push to it. */
export type PushSubscription = z.infer<typeof PushSubscription>;

/** A browser that is told, as its person sees it. */
export const EnrolledBrowser = z.object({
  id: z.uuid(),
  /** SHA-256 of its endpoint, so that the page knows which one it is in. */
  endpointHash: Handle,
  userAgent: z.string().transform((text) => text.slice(0, USER_AGENT_LENGTH_MAX)),
  /** Seconds since the epoch. */
  since: z.number().int(),
});
/** A browser that is told. */
export type EnrolledBrowser = z.infer<typeof EnrolledBrowser>;

/** Where a person's browsers are told of requests. */
export const EnrolledBrowsers = z.object({
  /** The key that browsers let push to them (RFC 8292 §3.2): 65 octets. */
  publicKey: z.string(),
  browsers: z.array(EnrolledBrowser),
});
/** Where a person's browsers are told of requests. */
export type EnrolledBrowsers = z.infer<typeof EnrolledBrowsers>;
