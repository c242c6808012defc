// How much CPU time a process and all that it started have used.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

const ticksPerSecond = () => Number(execFileSync('getconf', ['CLK_TCK']));

/** Parent and CPU ticks (utime + stime) of a process; undefined when it has ended meanwhile. */
function statOf(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold spaces; what follows does not.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) };
  } catch {
    return undefined;
  }
}

/** A function that tells the CPU time in ms of process `root` and its descendants; null outside of Linux. */
export function cpuClock(root) {
  if (process.platform !== 'linux') return () => null;
  const msPerTick = 1000 / ticksPerSecond();
  return () => {
    const stats = new Map(
      readdirSync('/proc')
        .filter((name) => /^\d+$/.test(name))
        .map((name) => [Number(name), statOf(name)])
        .filter(([, stat]) => stat),
    );
    const belongs = (pid) => pid === root || (stats.has(pid) && belongs(stats.get(pid).parent));
    return [...stats].filter(([pid]) => belongs(pid)).reduce((sum, [, { ticks }]) => sum + ticks * msPerTick, 0);
  };
}
