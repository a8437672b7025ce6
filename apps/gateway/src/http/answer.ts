import { type EndpointReply, ReplyHeaderName } from '@tessera/protocol/edge';
import type { FastifyReply } from 'fastify';

/** With the charset Fastify would add anyway; RFC 6749 §5.1 shows it so. */
const JSON_TYPE = 'application/json; charset=utf-8';

/** OIDC Core §5.3.2: a signed userinfo response. */
const JWT_TYPE = 'application/jwt';

/** Sends the answer of an endpoint's owner: its status, its body, and of its headers those it may set (decision 14). */
export function answerAs(answer: EndpointReply, reply: FastifyReply): void {
  reply.code(answer.status);
  for (const name of ReplyHeaderName.options) {
    const value = answer.headers[name];
    if (value !== undefined) reply.header(name, value);
  }
  if (answer.body === null) reply.send();
  else if (typeof answer.body === 'string') reply.header('Content-Type', JWT_TYPE).send(answer.body);
  else answerJson(JSON.stringify(answer.body), reply);
}

/** Sends a body that is JSON text already. */
export function answerJson(text: string, reply: FastifyReply): void {
  reply.header('Content-Type', JSON_TYPE).send(text);
}

/** Sends a public document that caches may keep; JSON unless its type says otherwise. */
export function answerCacheable(text: string, cacheControl: string, reply: FastifyReply, type = JSON_TYPE): void {
  reply.removeHeader('Pragma');
  reply.header('Cache-Control', cacheControl).header('Content-Type', type).send(text);
}
