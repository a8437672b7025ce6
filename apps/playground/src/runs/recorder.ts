import type { CustomFetch, ServerMetadata } from 'openid-client';
import type { Pair, ReceivedResponse, Run, SentRequest } from './run.js';
import { type Endpoints, topicOf } from './topic-of-request.js';

const BODY_CHARACTERS_MAX = 64 * 1024;

/** Sends a request. The real one is the platform's fetch; specs give another. */
export type Send = (url: string, init: RequestInit) => Promise<Response>;

/** Writes down every request the library makes for one run, and what came back. */
export class Recorder {
  private endpoints: Endpoints = {};

  constructor(
    private readonly run: Run,
    private readonly issuer: string,
    private readonly send: Send,
    private readonly nowMs: () => number,
  ) {}

  /** Once the metadata are known, a request is recognised by the endpoint it goes to. */
  knows(metadata: ServerMetadata): void {
    this.endpoints = metadata;
  }

  /** What openid-client calls in place of fetch. */
  readonly fetch: CustomFetch = async (url, options) => {
    // Ours: the client credentials of a demo go to the provider of that demo and nowhere else, whatever its metadata say.
    if (new URL(url).origin !== new URL(this.issuer).origin) throw new TypeError(`${new URL(url).origin} is not the provider`);
    const request = sentRequest(url, options.method, options.headers, options.body);
    const topic = topicOf(request, this.endpoints);
    const began = this.nowMs();
    const { body, method, headers, redirect, signal } = options;
    const init: RequestInit = { method, headers, redirect, ...(signal ? { signal } : {}), ...(body === undefined || body === null ? {} : { body: formText(body) }) };
    try {
      const response = await this.send(url, init);
      const received = await receivedResponse(response.clone());
      this.run.add({ kind: 'exchange', topic, request, response: received, problem: null, durationMs: this.nowMs() - began });
      return response;
    } catch (error) {
      this.run.add({ kind: 'exchange', topic, request, response: null, problem: problemOf(error), durationMs: this.nowMs() - began });
      throw error;
    }
  };
}

/** A request taken apart for showing. */
export function sentRequest(url: string, method: string, headers: Readonly<Record<string, string>>, body: unknown = null): SentRequest {
  const parsed = new URL(url);
  const form = body === null || body === undefined ? '' : formText(body);
  const query = [...parsed.searchParams];
  parsed.search = '';
  const common = { method, url: parsed.href, headers: Object.entries(headers) };
  if (form !== '') return { ...common, parameters: [...new URLSearchParams(form)], parametersIn: 'form' };
  return { ...common, parameters: query, parametersIn: query.length > 0 ? 'query' : 'nothing' };
}

/** Every body the library sends in these flows is a form. */
function formText(body: unknown): string {
  if (body instanceof URLSearchParams) return body.toString();
  return typeof body === 'string' ? body : '';
}

async function receivedResponse(response: Response): Promise<ReceivedResponse> {
  const headers: readonly Pair[] = [...response.headers];
  const text = await response.text();
  return { status: response.status, headers, text: text.length > BODY_CHARACTERS_MAX ? `${text.slice(0, BODY_CHARACTERS_MAX)} …` : text };
}

/** fetch hides the reason of a failed connection in `cause`. */
export function problemOf(error: unknown): string {
  if (!(error instanceof Error)) return 'the request failed';
  const { cause } = error;
  if (cause instanceof AggregateError && cause.errors[0] instanceof Error) return cause.errors[0].message;
  return cause instanceof Error && cause.message !== '' ? cause.message : error.message;
}
