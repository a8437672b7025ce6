import { EventEmitter } from 'node:events';
import type { Server } from 'node:net';
import { ConnectionCap } from './connection-cap.js';
import { trustedProxies } from './source-address.js';

/** A connection as far as the cap looks at it. */
class Peer extends EventEmitter {
  destroyed = false;
  constructor(readonly remoteAddress: string) {
    super();
  }
  destroy(): void {
    this.destroyed = true;
    this.emit('close');
  }
}

function capped(perSourceMax: number, proxies: readonly string[] = []) {
  const server = new EventEmitter();
  let dropped = 0;
  const cap = new ConnectionCap(perSourceMax, trustedProxies(proxies), () => (dropped += 1));
  cap.watch(server as unknown as Server);
  const connect = (address: string): Peer => {
    const peer = new Peer(address);
    server.emit('connection', peer);
    return peer;
  };
  return { cap, connect, dropped: () => dropped };
}

describe('EDG-6 connections of one source are capped', () => {
  it('drops what is above the cap and lets in again what closed', () => {
    const { cap, connect, dropped } = capped(2);
    const [first] = [connect('203.0.113.7'), connect('::ffff:203.0.113.7')];
    expect(connect('203.0.113.7').destroyed).toBe(true);
    expect([cap.connections, dropped()]).toEqual([2, 1]);
    first?.destroy();
    expect(connect('203.0.113.7').destroyed).toBe(false);
    expect(connect('203.0.113.8').destroyed).toBe(false);
  });

  it('MUST count an IPv6 /64 as one source, since one attacker has all of it', () => {
    const { connect } = capped(2);
    connect('2001:db8:0:1::1');
    connect('2001:db8:0:1:ffff::2');
    expect(connect('2001:db8::1:0:0:0:3').destroyed).toBe(true);
    expect(connect('2001:db8:0:2::1').destroyed).toBe(false);
  });

  it('leaves trusted proxies to limit their own', () => {
    const { connect, dropped } = capped(1, ['10.0.0.0/8']);
    for (let count = 0; count < 5; count += 1) connect('10.1.2.3');
    expect(dropped()).toBe(0);
  });

  it('does not count them against their neighbours either', () => {
    const { connect } = capped(1, ['2001:db8::1']);
    for (let count = 0; count < 5; count += 1) connect('2001:db8::1');
    expect(connect('2001:db8::2').destroyed).toBe(false);
    expect(connect('2001:db8::3').destroyed).toBe(true);
  });
});
