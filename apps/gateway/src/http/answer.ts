import { type EndpointReply, ReplyHeaderName } from '@tessera/protocol/edge';
import type { FastifyReply } from 'fastify';

/** With the charset Fastify would add anyway; RFC 6749 §5.1 shows it so. */
const JSON_TYPE = 'application/json; charset=utf-8';

/** Sends the answer of an endpoint's owner: its status, its body, and of its headers those it may set (decision 14). */
export function answerAs(answer: EndpointReply, reply: FastifyReply): void {
  reply.code(answer.status);
  for (const name of ReplyHeaderName.options) {
    const value = answer.headers[name];
    if (value !== undefined) reply.header(name, value);
  }
  if (answer.body === null) reply.send();
  else answerJson(JSON.stringify(answer.body), reply);
}

/** Sends a body that is JSON text already. */
export function answerJson(text: string, reply: FastifyReply): void {
  reply.header('Content-Type', JSON_TYPE).send(text);
}

/** Sends a public document that caches may keep. */
export function answerCacheable(text: string, cacheControl: string, reply: FastifyReply): void {
  reply.removeHeader('Pragma');
  answerJson(text, reply.header('Cache-Control', cacheControl));
}
