import { createECDH } from 'node:crypto';
import { type BackchannelMessage } from '@tessera/protocol/backchannel-authentication';
import webPush from 'web-push';
import type { PushTarget } from './sql-push-subscriptions.js';

/** The key by which push services and browsers know this deployment (RFC 8292). */
export interface VapidKey {
  /** 65 and 32 octets, base64url. */
  readonly publicKey: string;
  readonly privateKey: string;
  /** Where a push service reaches whoever runs this (RFC 8292 §2.1): https or mailto. */
  readonly contact: string;
}

/** The whole key from its private half. @throws {Error} where that is none. */
export function vapidKey(privateKey: Uint8Array, contact: string): VapidKey {
  const curve = createECDH('prime256v1');
  curve.setPrivateKey(privateKey);
  return { publicKey: curve.getPublicKey('base64url'), privateKey: Buffer.from(privateKey).toString('base64url'), contact };
}

/**
 * A message to one browser: encrypted for it alone (RFC 8291), so that its push service reads nothing, and signed by us (RFC 8292). It
 * is worth nothing after the request it is about, and a push service drops it then (RFC 8030 §5.2).
 */
export function pushMessage({ endpoint, p256dh, authSecret }: PushTarget, key: VapidKey, notice: string, secondsLeft: number): BackchannelMessage {
  const subscription = { endpoint, keys: { p256dh: p256dh.toString('base64url'), auth: authSecret.toString('base64url') } };
  const { headers, body } = webPush.generateRequestDetails(subscription, notice, {
    vapidDetails: { subject: key.contact, publicKey: key.publicKey, privateKey: key.privateKey },
    TTL: Math.max(0, Math.floor(secondsLeft)),
    urgency: 'high',
    contentEncoding: 'aes128gcm',
  });
  return { transport: 'http', url: endpoint, headers: fieldsOf(headers), body: body.toString('base64'), encoding: 'base64' };
}

/** Lower-case names; the length is of whoever sends. */
function fieldsOf(headers: Readonly<Record<string, unknown>>): Record<string, string> {
  const fields = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)] as const);
  return Object.fromEntries(fields.filter(([name]) => name !== 'content-length'));
}
