import 'reflect-metadata';
import { Controller, type INestMicroservice, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { MessagePattern } from '@nestjs/microservices';
import { OAuthError, Outage } from '@tessera/vocabulary';
import { newCallContext, type ServedCall } from '../call-context.js';
import { ServiceClient } from '../client/service-client.js';
import { InMemoryNetwork } from '../testing/in-memory-network.js';
import { Echo, ForeignEcho, Rang, SafeEcho } from '../testing/spec-contracts.js';
import { NatsTransport } from './nats-transport.js';
import { Serves, Subscribes } from './serves.js';

const calls: ServedCall[] = [];
const heard: string[] = [];

@Controller()
class EchoServer {
  @Serves(Echo)
  async echo({ text }: { text: string }, call: ServedCall): Promise<{ text: string }> {
    calls.push(call);
    if (text === 'refuse') throw new OAuthError('scope.malformed', { scope: 'a' });
    if (text === 'outage') throw new Outage('postgresql', 'gone');
    if (text === 'bug') throw new Error('bug');
    return { text: `echo ${text}` };
  }

  @Serves(SafeEcho)
  now({ text }: { text: string }): { text: string } {
    if (text === 'bug') throw new Error('thrown before any promise');
    return { text: `now ${text}` };
  }

  @Subscribes(Rang)
  rang({ text }: { text: string }): void {
    heard.push(text);
    if (text === 'bug') throw new Error('bug');
  }
}

@Controller()
class SecondListener {
  @Subscribes(Rang)
  async rang({ text }: { text: string }): Promise<void> {
    heard.push(`second ${text}`);
  }
}

@Controller()
class Unbound {
  @MessagePattern('token.spec.unbound.v1')
  unbound(): void {}
}

@Controller()
class Usurper {
  @Serves(ForeignEcho)
  echo({ text }: { text: string }): { text: string } {
    return { text };
  }
}

const started: INestMicroservice[] = [];

async function start(...controllers: Type[]) {
  class SpecModule {}
  Module({ controllers })(SpecModule);
  const network = new InMemoryNetwork();
  const transport = new NatsTransport(network.join('token'));
  const app = await NestFactory.createMicroservice(SpecModule, { strategy: transport, logger: false, abortOnError: false });
  started.push(app);
  await app.listen();
  return { network, transport, app, services: new ServiceClient(network.join('gateway')) };
}

beforeEach(() => {
  calls.length = 0;
  heard.length = 0;
});

afterEach(async () => {
  for (const app of started.splice(0)) await app.close();
});

describe('Ours: @Serves binds a method to a contract through Nest', () => {
  it('passes the parsed request and the call, and returns the reply', async () => {
    const { services } = await start(EchoServer);
    const context = { ...newCallContext(), idempotencyKey: 'key-1' };
    expect(await services.call(Echo, { text: 'a' }, context)).toEqual({ text: 'echo a' });
    expect(calls).toMatchObject([{ caller: 'gateway', requestId: context.requestId, idempotencyKey: 'key-1' }]);
  });

  it('takes a method that is not async, and lets it ignore the call', async () => {
    const { services } = await start(EchoServer);
    expect(await services.call(SafeEcho, { text: 'a' }, newCallContext())).toEqual({ text: 'now a' });
  });

  it.each([
    ['refuse', { name: 'OAuthError', reason: 'scope.malformed', detail: { scope: 'a' } }],
    ['outage', { name: 'Outage', dependency: 'postgresql' }],
    ['bug', { name: 'Incident', service: 'token' }],
  ])('MUST NOT let Nest swallow what a method throws (%s), without any global filter', async (text, error) => {
    const { services } = await start(EchoServer);
    await expect(services.call(Echo, { text }, newCallContext())).rejects.toMatchObject(error);
  });

  it('nor what it throws before any promise', async () => {
    const { services } = await start(EchoServer);
    await expect(services.call(SafeEcho, { text: 'bug' }, newCallContext())).rejects.toMatchObject({ name: 'Incident' });
  });
});

describe('Ours: @Subscribes', () => {
  it('lets every listener of a process hear an event, and one that fails harms nobody', async () => {
    const { network } = await start(EchoServer, SecondListener);
    const bells = new ServiceClient(network.join('key-management'));
    bells.publish(Rang, { text: 'bug' });
    bells.publish(Rang, { text: 'ding' });
    await new Promise((resolve) => setImmediate(resolve));
    expect(heard.sort()).toEqual(['bug', 'ding', 'second bug', 'second ding']);
  });

  it('drops an event that does not fit its contract', async () => {
    const { network } = await start(EchoServer);
    network.join('key-management').send(Rang.subject, Buffer.from('{"v":1,"items":[{"body":{"text":7}},{"body":{"text":"ding"}}]}'));
    await new Promise((resolve) => setImmediate(resolve));
    expect(heard).toEqual(['ding']);
  });
});

describe('Ours: what is bound wrongly stops the start', () => {
  it('refuses a handler without a contract', async () => {
    await expect(start(Unbound)).rejects.toThrow('token.spec.unbound.v1 is served without a contract');
  });

  it('refuses another service’s contract', async () => {
    await expect(start(Usurper)).rejects.toThrow('authorization.spec.echo.v1 is for authorization to serve');
  });

  it('MUST be an error when the bus refuses a subscription: code that ignores it looks subscribed and is not', async () => {
    const bus = new InMemoryNetwork().join('token');
    bus.subscribe = () => ({ refused: true, drain: async () => {} });
    const transport = new NatsTransport(bus);
    transport.addHandler(Echo.subject, async () => null, false, handlerExtras());
    const outcome = await new Promise((resolve) => void transport.listen(resolve));
    expect(outcome).toMatchObject({ name: 'Outage', dependency: 'nats' });
  });
});

describe('REL-5 close', () => {
  it('finishes what was accepted, answers it, and hears nothing new', async () => {
    const { app, services, transport } = await start(EchoServer);
    const call = services.call(Echo, { text: 'a' }, newCallContext());
    await new Promise((resolve) => setImmediate(resolve));
    await app.close();
    expect(await call).toEqual({ text: 'echo a' });
    expect(transport.inflight).toBe(0);
    await expect(services.call(Echo, { text: 'b' }, newCallContext())).rejects.toMatchObject({ name: 'Outage' });
  });

  it('waits no longer than its grace for a handler that hangs', async () => {
    const network = new InMemoryNetwork();
    const transport = new NatsTransport(network.join('token'), { graceMs: 20 });
    transport.addHandler(Echo.subject, () => new Promise(() => {}), false, handlerExtras());
    await transport.listen(() => {});
    const gateway = network.join('gateway');
    const call = new ServiceClient(gateway).call(Echo, { text: 'a' }, newCallContext());
    await new Promise((resolve) => setImmediate(resolve));
    await transport.close();
    expect(transport.inflight).toBe(1);
    gateway.become({ kind: 'closed' });
    await expect(call).rejects.toMatchObject({ name: 'Outage' });
  });
});

/** What @Serves(Echo) leaves with a handler. */
function handlerExtras(): Record<string, unknown> {
  return Reflect.getMetadata('microservices:pattern_extras', EchoServer.prototype.echo);
}
