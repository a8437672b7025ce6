import { z } from 'zod';
import { CLIENT_ID_LENGTH_MAX, KID_LENGTH_MAX } from './limits.js';

/**
 * What the subject of every end-user begins with and no client id does: a client that acts for itself is its own subject
 * (RFC 9068 §2.2), and must never be taken for a user (RFC 9700 §4.15.2, CCR-2).
 */
export const USER_SUBJECT_PREFIX = 'usr_';

/** RFC 6749 Appendix A.1: client-id = *VSCHAR; ours is never empty, bounded, and never looks like a user's subject. */
export const ClientId = z
  .string()
  .min(1)
  .max(CLIENT_ID_LENGTH_MAX)
  .regex(/^(?!usr_)[\x20-\x7E]+$/)
  .brand<'ClientId'>();
/** The identifier a client was registered with. */
export type ClientId = z.infer<typeof ClientId>;

/** A client that registered itself: `rc_` and 22 characters base64url (128 bits), fit for a path (RFC 7592 §1.2). */
export const RegisteredClientId = z
  .string()
  .regex(/^rc_[A-Za-z0-9_-]{22}$/)
  .brand<'ClientId'>();
/** The id of a client that registered itself; a {@link ClientId} like any other. */
export type RegisteredClientId = z.infer<typeof RegisteredClientId>;

/** RFC 8707 §2: an absolute URI without a fragment component; compared as a string. */
export const ResourceIdentifier = z
  .string()
  .max(512)
  .regex(/^[a-zA-Z][a-zA-Z0-9+.-]*:[^\s#\x00-\x1f\x7f]+$/)
  .brand<'ResourceIdentifier'>();
/** The identifier of a protected resource: the `resource` parameter and the `aud` of its tokens. */
export type ResourceIdentifier = z.infer<typeof ResourceIdentifier>;

/** A key id; ours are RFC 7638 thumbprints. */
export const KeyId = z.string().min(1).max(KID_LENGTH_MAX).brand<'KeyId'>();
/** The `kid` of a key of this issuer. */
export type KeyId = z.infer<typeof KeyId>;

/** Correlates one HTTP request over response header, log, trace and bus. Made by the gateway, never taken from a client. */
export const RequestId = z.string().min(8).max(64).brand<'RequestId'>();
/** The id of one request at the edge. */
export type RequestId = z.infer<typeof RequestId>;

/** Who a user is to this provider: `usr_` and 22 characters base64url (128 bits); never reused. Public clients' `sub`. */
export const AccountId = z.string().regex(/^usr_[A-Za-z0-9_-]{22}$/).brand<'AccountId'>();
/** The id of a user's account. */
export type AccountId = z.infer<typeof AccountId>;

/** A grant: what a user allowed one client, once (decision 2). */
export const GrantId = z.uuid().brand<'GrantId'>();
/** The id of a grant. */
export type GrantId = z.infer<typeof GrantId>;

/** 256 bits in base64url (RFC 4648 §5), the form of every handle and secret of ours (GEN-3). */
export const Handle = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
