import { z } from 'zod';

const text = z.string().min(1).max(1_000);

/** `address` (OIDC Core §5.1.1). */
export const AddressClaim = z
  .object({ formatted: text, street_address: text, locality: text, region: text, postal_code: text, country: text })
  .partial();

/** What is known of a person: the standard claims (OIDC Core §5.1) without `sub`; a member that is not known is absent. */
export const StandardClaims = z
  .object({
    name: text,
    given_name: text,
    family_name: text,
    middle_name: text,
    nickname: text,
    preferred_username: text,
    profile: text,
    picture: text,
    website: text,
    email: z.email().max(254),
    email_verified: z.boolean(),
    gender: text,
    /** ISO 8601-1 `YYYY-MM-DD`, `0000-MM-DD` or `YYYY`. */
    birthdate: z.string().regex(/^(\d{4}-\d{2}-\d{2}|\d{4})$/),
    zoneinfo: text,
    /** BCP 47. */
    locale: text,
    phone_number: text,
    phone_number_verified: z.boolean(),
    address: AddressClaim,
    /** Seconds since the epoch. */
    updated_at: z.number().int().nonnegative(),
  })
  .partial();
/** What is known of a person. */
export type StandardClaims = z.infer<typeof StandardClaims>;

/** The name of a standard claim. */
export type StandardClaimName = keyof StandardClaims;
