import { execFileSync } from 'node:child_process';
import fs from 'node:fs';

/**
 * What tells a process from a later one with the same number: its start time, as text. Null when there is no such process.
 * A zombie counts as gone: it holds no port and no file.
 */
export function processStart(pid) {
  if (process.platform === 'linux') return linuxStart(pid);
  try {
    return (
      execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }).trim() || null
    );
  } catch {
    return null;
  }
}

function linuxStart(pid) {
  const fields = procStat(pid);
  return fields === null || fields[0] === 'Z' || fields[0] === 'X' ? null : fields[19];
}

/** The fields of /proc/<pid>/stat from the state on (proc(5) field 3 is index 0), or null. The name may hold spaces. */
export function procStat(pid) {
  try {
    const text = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text
      .slice(text.lastIndexOf(')') + 2)
      .trim()
      .split(' ');
  } catch {
    return null;
  }
}

/** Whether this very process, not a later one with its number, is alive. */
export function isAlive(pid, start) {
  return processStart(pid) === start;
}
