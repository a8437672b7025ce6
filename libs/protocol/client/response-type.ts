import { z } from 'zod';

/**
 * The response types of this release, in one spelling each (OAuth 2.0 Multiple Response Type Encoding Practices §3, §5; OIDC Core §3).
 * `token` alone is none of them: nothing in such a response says who it is for (RFC 9700 §2.1.2).
 */
export const ResponseType = z.enum(['code', 'id_token', 'id_token token', 'code id_token', 'code token', 'code id_token token']);
/** One of the response types. */
export type ResponseType = z.infer<typeof ResponseType>;

/** What an authorization response carries. */
export type ResponsePart = 'code' | 'id_token' | 'token';

/** The parts of a response type, from its spelling. */
export function carries(responseType: ResponseType, part: ResponsePart): boolean {
  return responseType.split(' ').includes(part);
}

/** Whether tokens come from the authorization endpoint: then the response goes where no server log sees it (Multiple Response Types §5). */
export function isFrontChannel(responseType: ResponseType): boolean {
  return responseType !== 'code';
}

/** RFC 6749 §3.1.1: a list delimited by spaces whose order says nothing. Null for a type this release does not have. */
export function parseResponseType(value: string): ResponseType | null {
  const asked = value.split(' ').sort().join(' ');
  return ResponseType.options.find((one) => one.split(' ').sort().join(' ') === asked) ?? null;
}

/** OIDC Registration §2: the grant types that a response type corresponds to. */
export function grantTypesOf(responseType: ResponseType): readonly ('authorization_code' | 'implicit')[] {
  return [...(carries(responseType, 'code') ? (['authorization_code'] as const) : []), ...(isFrontChannel(responseType) ? (['implicit'] as const) : [])];
}
