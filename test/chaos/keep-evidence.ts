import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Evidence } from './evidence.ts';

/** Keeps what a broken promise is traced by: `steps.jsonl`, `log.txt`, and `jobs.jsonl` with a line for each job. */
export async function keepEvidence({ jobs, logLines }: Evidence, stepLog: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await copyFile(stepLog, join(folder, 'steps.jsonl'));
  await writeFile(
    join(folder, 'log.txt'),
    logLines.map((line) => `${line}\n`),
  );
  await writeFile(
    join(folder, 'jobs.jsonl'),
    jobs.map((job) => `${JSON.stringify(job)}\n`),
  );
}
