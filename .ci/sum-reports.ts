import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A command that ran tests. */
export interface RunEnd {
  readonly exitStatus: number;
  /** Vitest's JSON report; absent where the command ended before it wrote one. */
  readonly report?: string;
}

/** How many tests passed and failed. */
export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
}

/** The parts of vitest's JSON report that are read (https://vitest.dev/guide/reporters#json-reporter). */
interface JsonReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly {
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}

/**
 * Adds the runs up. A file that fails outside its tests counts as one failed test, and so does a run that failed without a
 * failed test: types and lint, a crash, an error that no test caught, a report that is missing or cut short.
 */
export function sumReports(runs: readonly RunEnd[]): TestCounts {
  const counts = runs.map(countsOf);
  const total = (count: keyof TestCounts): number => counts.reduce((sum, each) => sum + each[count], 0);
  return { passed: total('passed'), failed: total('failed') };
}

function countsOf({ exitStatus, report }: RunEnd): TestCounts {
  const read = readReport(report);
  const passed = read?.numPassedTests ?? 0;
  const failed = read ? read.numFailedTests + filesFailedAsAWhole(read) : 1;
  return { passed, failed: failed === 0 && exitStatus !== 0 ? 1 : failed };
}

function filesFailedAsAWhole({ testResults }: JsonReport): number {
  const isFailed = ({ status }: { readonly status: string }): boolean => status === 'failed';
  return testResults.filter((file) => isFailed(file) && !file.assertionResults.some(isFailed)).length;
}

function readReport(report: string | undefined): JsonReport | undefined {
  try {
    return report === undefined ? undefined : (JSON.parse(report) as JsonReport);
  } catch {
    return undefined;
  }
}

/** The file's text; undefined where there is none. */
function textIn(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** Arguments come in pairs: where a run's report is, and the run's exit status. Ends with 1 where a test failed. */
function main(args: readonly string[]): void {
  const runs = Array.from({ length: Math.ceil(args.length / 2) }, (_, index): RunEnd => {
    const report = textIn(args[2 * index] ?? '');
    return { exitStatus: Number(args[2 * index + 1] ?? 1), ...(report === undefined ? {} : { report }) };
  });
  const { passed, failed } = sumReports(runs);
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main(process.argv.slice(2));
