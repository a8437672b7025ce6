import { readFileSync, readdirSync } from 'node:fs';
for (const f of readdirSync(process.argv[2]).filter(f=>f.endsWith('.cpuprofile'))) {
  const p = JSON.parse(readFileSync(process.argv[2] + '/' + f)); const self = new Map(); const byId = new Map(p.nodes.map(n => [n.id, n]));
  p.samples.forEach((id, i) => { const n = byId.get(id); const k = n.callFrame.functionName + ' ' + n.callFrame.url.split('/').slice(-2).join('/') + ':' + n.callFrame.lineNumber; self.set(k, (self.get(k) ?? 0) + p.timeDeltas[i]); });
  const tot = [...self.values()].reduce((a, b) => a + b, 0); console.log(f, tot / 1000 | 0, 'ms');
  for (const [k, v] of [...self].sort((a, b) => b[1] - a[1]).slice(0, 32)) console.log((v / tot * 100).toFixed(1).padStart(5), k);
}
