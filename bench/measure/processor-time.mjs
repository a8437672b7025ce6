import fs from 'node:fs';
import { procStat } from '../../tools/launcher/process-table.mjs';

/** Clock ticks per second in /proc on every Linux that Node.js runs on (proc(5), sysconf _SC_CLK_TCK). */
const TICKS_PER_SECOND = 100;
const MICROSECONDS_PER_TICK = 1e6 / TICKS_PER_SECOND;

/** Fields of proc(5) /proc/<pid>/stat, counted from the state. */
const FIELD = { parent: 1, userTicks: 11, systemTicks: 12, childrenUserTicks: 13, childrenSystemTicks: 14 };

function ticks(pid, withEndedChildren) {
  const fields = procStat(pid);
  if (fields === null) return 0;
  const own = Number(fields[FIELD.userTicks]) + Number(fields[FIELD.systemTicks]);
  return withEndedChildren ? own + Number(fields[FIELD.childrenUserTicks]) + Number(fields[FIELD.childrenSystemTicks]) : own;
}

function childrenOf(pid) {
  const all = fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return all.filter((name) => Number(procStat(name)?.[FIELD.parent]) === pid).map(Number);
}

/** CPU microseconds a process has used; with `family`, its children's too, living and ended (PostgreSQL works in children). */
export function processorMicroseconds(pid, { family = false } = {}) {
  const total = ticks(pid, family) + (family ? childrenOf(pid).reduce((sum, child) => sum + ticks(child, false), 0) : 0);
  return total * MICROSECONDS_PER_TICK;
}

/** CPU microseconds of each group: `{ gateway: [{ pid, family }], ... }` → `{ gateway: 123, ... }`. */
export function groupMicroseconds(groups) {
  return Object.fromEntries(
    Object.entries(groups).map(([name, members]) => [
      name,
      members.reduce((sum, { pid, family }) => sum + processorMicroseconds(pid, { family }), 0),
    ]),
  );
}

/**
 * CPU microseconds of the main threads of each group's processes. What a process used beside its main thread is JavaScript's
 * engine at its upkeep, and whatever was handed to a pool of threads, such as password hashes.
 */
export function mainThreadMicroseconds(groups) {
  return Object.fromEntries(
    Object.entries(groups).map(([name, members]) => [
      name,
      members.reduce((sum, { pid }) => sum + ticks(`${pid}/task/${pid}`, false) * MICROSECONDS_PER_TICK, 0),
    ]),
  );
}

/** CPU microseconds of the whole machine: all that was used, and what the hypervisor kept. */
export function machineMicroseconds() {
  const [user, nice, system, , , irq, softirq, steal] = fs
    .readFileSync('/proc/stat', 'utf8')
    .split('\n')[0]
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return { used: (user + nice + system + irq + softirq) * MICROSECONDS_PER_TICK, stolen: steal * MICROSECONDS_PER_TICK };
}

/** Resident memory in bytes. */
export function residentBytes(pid) {
  const line = /^VmRSS:\s+(\d+) kB$/m.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(line?.[1] ?? 0) * 1024;
}
