import { AssertionSignatureAlgorithm } from '@tessera/vocabulary';
import { z } from 'zod';
import { BackchannelDeliveryMode, type ClientRegistration } from '../client/index.js';
import { OUTBOUND_URL_EXPECTED } from '../outbound-url/index.js';

/** The members that are about backchannel authentication (CIBA Core §4). */
export type BackchannelMember = Exclude<Extract<keyof ClientRegistration, `backchannel${string}`>, `backchannelLogout${string}`>;

/** Each of them checked by itself. Without the grant none of them has a meaning. */
export const DECLARED_BACKCHANNEL = {
  backchannelTokenDeliveryMode: BackchannelDeliveryMode.nullable().default(null),
  backchannelClientNotificationEndpoint: z.string().nullable().default(null),
  backchannelRequestSigningAlgorithm: AssertionSignatureAlgorithm.nullable().default(null),
  backchannelUserCodeParameter: z.boolean().default(false),
  backchannelLongPolling: z.boolean().default(false),
  backchannelNumberMatching: z.boolean().default(false),
} as const satisfies Record<BackchannelMember, z.ZodType>;

/** What they have to be, in words. */
export const BACKCHANNEL_EXPECTED = {
  backchannelTokenDeliveryMode: `one of ${BackchannelDeliveryMode.options.join(', ')}`,
  backchannelClientNotificationEndpoint: OUTBOUND_URL_EXPECTED,
  backchannelRequestSigningAlgorithm: `one of ${AssertionSignatureAlgorithm.options.join(', ')}; leave it out for requests that are not signed`,
  backchannelUserCodeParameter: 'true or false',
  backchannelLongPolling: 'true or false',
  backchannelNumberMatching: 'true or false',
} as const satisfies Record<BackchannelMember, string>;
