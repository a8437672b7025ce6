import fs from 'node:fs';

/** The variable every process of a run inherits; whoever still has it at the end was left behind. */
export const MARK = 'TESSERA_RUN';

/** Processes that carry the mark of a run: `{ pid, command }`. Only Linux shows the environment of processes. */
export function survivors(run) {
  if (process.platform !== 'linux') return [];
  return fs
    .readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => readQuietly(`/proc/${pid}/environ`).split('\0').includes(`${MARK}=${run}`))
    .map((pid) => ({ pid: Number(pid), command: readQuietly(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim() }));
}

function readQuietly(file) {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
