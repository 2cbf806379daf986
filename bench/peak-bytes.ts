import { readFileSync } from 'node:fs';

/**
 * The most memory that was ever resident in this process, in bytes. Throws where Linux does not tell.
 * Linux carries `maxRSS` over from the process that started this one, and with it that one's memory; the high-water mark
 * of the address space is this process's own.
 */
export function peakBytes(): number {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS * 1024;
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  if (kilobytes === undefined) throw new Error('The system does not tell how much memory the process had.');
  return Number(kilobytes) * 1024;
}
