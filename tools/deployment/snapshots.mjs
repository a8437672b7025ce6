#!/usr/bin/env node
// node tools/deployment/snapshots.mjs: renders every overlay to k8s/snapshots, after a change of k8s/ or of a contract (the permissions
// of the bus are in a ConfigMap). Look at the difference before you commit it.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { failureLine } from '../launcher/failure.mjs';
import { findKustomize } from '../test-run/kustomize.mjs';

const K8S = path.resolve(import.meta.dirname, '../../k8s');
const OUTPUT_MAX = 32 * 2 ** 20;

async function main() {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'tessera-kustomize-'));
  try {
    const [program, ...args] = (await findKustomize(directory, { note: (text) => console.error(text) })).split(' ');
    for (const overlay of fs.readdirSync(path.join(K8S, 'overlays')).sort()) {
      const text = execFileSync(program, [...args, path.join(K8S, 'overlays', overlay)], { encoding: 'utf8', maxBuffer: OUTPUT_MAX });
      const file = path.join(K8S, 'snapshots', `${overlay}.yaml`);
      const changed = !fs.existsSync(file) || fs.readFileSync(file, 'utf8') !== text;
      if (changed) fs.writeFileSync(file, text);
      console.log(`${overlay}: ${changed ? 'changed' : 'as it was'}`);
    }
  } finally {
    fs.rmSync(directory, { recursive: true, force: true });
  }
}

main().catch((error) => {
  console.error(`snapshots: ${failureLine(error)}`);
  process.exit(1);
});
