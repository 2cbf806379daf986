/**
 * Seconds of processor time that some work takes in this process: what else the machine does, and how long it lets the process
 * wait, is not in it.
 */
export async function processorSecondsOf(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}
