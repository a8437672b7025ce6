import { fork, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Token } from '@tessera/contracts'; import { Metrics } from '@tessera/observability';
import { Bus, ServiceClient, newCallContext } from '../dist/index.js';
const port = 14222;
const nats = spawn('nats-server', ['-a', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
await new Promise((r) => setTimeout(r, 300));
const url = `nats://127.0.0.1:${port}`;
const server = fork(new URL('./server.mjs', import.meta.url), { env: { ...process.env, NATS: url }, execArgv: process.argv.includes('--prof') ? ['--cpu-prof','--cpu-prof-dir=/tmp/mb/prof-srv'] : [] });
const msg = () => new Promise((r) => server.once('message', r));
await msg();
const bus = await Bus.connect({ service: 'gateway', instance: 'cli', natsUrl: url, seed: null });
const services = new ServiceClient(bus, process.env.NOM ? {} : { metrics: new Metrics('gateway') });
const req = { parameters: [['grant_type','client_credentials'],['scope','read write'],['resource','https://api.example.com']],
  authorization: ['Basic czZCaGRSa3F0MzpnWDFmQmF0M2JWczZCaGRSa3F0MzpnWDFmQmF0M2JW'], dpop: [], method: 'POST', url: 'https://as.example.com/token', clientCertificate: null, sourceAddress: '203.0.113.7', requestId: 'b7mXkq2n0r9w4c1z' };
const natsCpu = () => { const s = readFileSync(`/proc/${nats.pid}/stat`, 'utf8').split(' '); return (Number(s[13]) + Number(s[14])) * 10000; };
async function run(conc, n) {
  let left = n; let lat = [];
  const loop = async () => { while (left-- > 0) { const t = performance.now(); await services.call(Token, req, newCallContext()); lat.push(performance.now() - t); } };
  await Promise.all(Array.from({ length: conc }, loop)); lat.sort((a, b) => a - b); return lat;
}
await run(32, 40000);
for (const conc of [32, 32]) {
  server.send('start'); const n0 = natsCpu(); const c = process.cpuUsage(); const t = performance.now(); const n = conc === 1 ? 20000 : 100000;
  const lat = await run(conc, n);
  const wall = performance.now() - t; const d = process.cpuUsage(c); const nd = natsCpu() - n0; server.send('stop'); const s = await msg();
  console.log(`c=${conc} ${(n / wall * 1000).toFixed(0)}/s client ${((d.user + d.system) / n).toFixed(1)} server ${(s.cpu / n).toFixed(1)} nats ${(nd / n).toFixed(1)} us/call p50 ${lat[n / 2 | 0].toFixed(2)} p99 ${lat[n * .99 | 0].toFixed(2)} ms`);
}
server.send('exit'); await bus.close(); nats.kill();
