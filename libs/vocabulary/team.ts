import { z } from 'zod';

/**
 * A team that uses the API over the bus: the name of its account there and the last token of the subjects its requests arrive on
 * (decision 42). Lower case, so that it can never be taken for an account of the bus itself.
 */
export const TeamName = z.string().regex(/^[a-z][a-z0-9-]{1,31}$/).brand<'TeamName'>();
/** The name of a team. */
export type TeamName = z.infer<typeof TeamName>;

/** What a team may do with requests of its clients. None implies another: `decide` least of all. */
export const TeamRight = z.enum(['start', 'read', 'decide', 'cancel']);
/** What a team may do. */
export type TeamRight = z.infer<typeof TeamRight>;

/** The public half of a user nkey: what NATS knows a team by. */
export const PublicNkey = z.string().regex(/^U[A-Z2-7]{55}$/);
