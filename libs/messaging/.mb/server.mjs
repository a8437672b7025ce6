import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { Controller, Module } from '@nestjs/common';
import { Token } from '@tessera/contracts'; import { Metrics } from '@tessera/observability';
import { Bus, NatsTransport, Serves } from '../dist/index.js';
class C { token(req, call) { return Promise.resolve({ status: 200, body: { access_token: 'x'.repeat(400), token_type: 'Bearer', expires_in: 600 }, headers: {} }); } }
Controller()(C);
Serves(Token)(C.prototype, 'token', Object.getOwnPropertyDescriptor(C.prototype, 'token'));
class M {} Module({ controllers: [C] })(M);
const bus = await Bus.connect({ service: 'token', instance: 'srv', natsUrl: process.env.NATS, seed: null });
const app = await NestFactory.createMicroservice(M, { strategy: new NatsTransport(bus, process.env.NOM ? {} : { metrics: new Metrics('token') }), logger: false });
await app.listen();
process.send('ready');
let c;
process.on('message', async (m) => { if (m === 'start') c = process.cpuUsage(); if (m === 'stop') { const d = process.cpuUsage(c); process.send({ cpu: d.user + d.system }); } if (m==='exit') { await app.close(); await bus.close(); process.exit(0);} });
