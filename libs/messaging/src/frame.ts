import { FRAME_BYTES_MAX, FRAME_ITEMS_MAX } from '@tessera/vocabulary';
import { z } from 'zod';

/**
 * The envelope of everything on the bus (decision 12): `{"v":1,"items":[...]}`. It joins items for transport and joins
 * nothing else: each item has its own id, time, outcome and resend rule.
 */
const FRAME_VERSION = 1;

/** One call inside a request frame. */
export const RequestItem = z.object({
  /** Unique among the calls of the sending process. */
  id: z.number().int().nonnegative(),
  /** Milliseconds the caller will go on waiting, never an instant: clocks differ (NAT-5). */
  ms: z.number().nonnegative(),
  /** W3C Trace Context §3.2: 55 characters. */
  tp: z.string().length(55),
  rid: z.string().min(1).max(64),
  key: z.string().min(1).max(128).optional(),
  body: z.unknown(),
});
/** One call inside a request frame. */
export type RequestItem = z.infer<typeof RequestItem>;

const Refusal = z.object({
  reason: z.string(),
  code: z.string(),
  description: z.string(),
  status: z.number().int().min(400).max(599).optional(),
  detail: z.record(z.string(), z.unknown()).optional(),
});

/** One outcome inside a reply frame: exactly one member beside the id. */
export const ReplyItem = z.object({
  id: z.number().int(),
  ok: z.unknown().optional(),
  refusal: Refusal.optional(),
  outage: z.object({ dependency: z.string() }).optional(),
  incident: z.object({ id: z.string() }).optional(),
  overloaded: z.literal(true).optional(),
  expired: z.literal(true).optional(),
});
/** One outcome inside a reply frame. */
export type ReplyItem = z.infer<typeof ReplyItem>;

/** Items that travel together. */
export interface Frame<Item> {
  readonly items: readonly Item[];
  readonly payload: Buffer;
}

/**
 * Packs items into as few frames as the limits allow: at most 32 items, and at most 128 KiB unless an item is larger alone.
 * Usually that is one `JSON.stringify`; only what turns out too large is encoded again. An item that cannot be encoded is
 * handed to `unpackable` and keeps no other from travelling.
 */
export function packFrames<Item>(items: readonly Item[], unpackable: (item: Item, error: unknown) => void): Frame<Item>[] {
  const frames: Frame<Item>[] = [];
  if (items.length <= FRAME_ITEMS_MAX) pack(items, frames, unpackable);
  else chunks(items, FRAME_ITEMS_MAX, (chunk) => pack(chunk, frames, unpackable));
  return frames;
}

function pack<Item>(items: readonly Item[], frames: Frame<Item>[], unpackable: (item: Item, error: unknown) => void): void {
  let payload: Buffer;
  try {
    payload = Buffer.from(JSON.stringify({ v: FRAME_VERSION, items }));
  } catch (error) {
    const [only] = items;
    if (items.length === 1 && only !== undefined) unpackable(only, error);
    else chunks(items, 1, (chunk) => pack(chunk, frames, unpackable));
    return;
  }
  if (payload.length <= FRAME_BYTES_MAX || items.length <= 1) {
    frames.push({ items, payload });
    return;
  }
  const fitting = Math.max(1, Math.floor((items.length * FRAME_BYTES_MAX) / payload.length));
  chunks(items, fitting, (chunk) => pack(chunk, frames, unpackable));
}

function chunks<Item>(items: readonly Item[], size: number, each: (chunk: readonly Item[]) => void): void {
  for (let from = 0; from < items.length; from += size) each(items.slice(from, from + size));
}

/**
 * The items of a frame, each still to be parsed, or null for what is no frame: bytes that are not JSON, another version,
 * more items than any sender of ours puts in.
 */
export function unpackFrame(payload: Uint8Array): readonly unknown[] | null {
  let frame: unknown;
  try {
    frame = JSON.parse(Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString());
  } catch {
    return null;
  }
  if (typeof frame !== 'object' || frame === null || !('v' in frame) || frame.v !== FRAME_VERSION || !('items' in frame)) return null;
  return Array.isArray(frame.items) && frame.items.length <= FRAME_ITEMS_MAX ? frame.items : null;
}

/** The id of an item that is otherwise malformed, so that its caller need not wait for the deadline. */
export function idOf(item: unknown): number | null {
  return typeof item === 'object' && item !== null && 'id' in item && typeof item.id === 'number' ? item.id : null;
}
