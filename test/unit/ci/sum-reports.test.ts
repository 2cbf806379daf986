import { describe, expect, it } from 'vitest';
import { sumReports } from '../../../.ci/sum-reports.ts';

interface File {
  readonly status: string;
  readonly assertionResults: readonly { readonly status: string }[];
}

const file = (...statuses: readonly string[]): File => ({
  status: statuses.includes('failed') ? 'failed' : 'passed',
  assertionResults: statuses.map((status) => ({ status })),
});

/** As vitest writes it, as far as it is read. */
function reportOf(...testResults: readonly File[]): string {
  const count = (wanted: string): number =>
    testResults.flatMap(({ assertionResults }) => assertionResults).filter(({ status }) => status === wanted).length;
  return JSON.stringify({ numPassedTests: count('passed'), numFailedTests: count('failed'), testResults });
}

const green = { exitStatus: 0, report: reportOf(file('passed', 'passed'), file('passed')) };

describe('sumReports', () => {
  it('adds up what passed in all runs', () => {
    expect(sumReports([green, { exitStatus: 0, report: reportOf(file('passed')) }])).toEqual({ passed: 4, failed: 0 });
  });

  it('adds up what failed in all runs', () => {
    const red = { exitStatus: 1, report: reportOf(file('passed', 'failed', 'failed')) };
    expect(sumReports([red, green, red])).toEqual({ passed: 5, failed: 4 });
  });

  it('counts a file that failed outside its tests as one', () => {
    const broken = { status: 'failed', assertionResults: [{ status: 'skipped' }, { status: 'skipped' }] };
    const report = reportOf(broken, file('failed'), { status: 'failed', assertionResults: [] });
    expect(sumReports([green, { exitStatus: 1, report }])).toEqual({ passed: 3, failed: 3 });
  });

  it.each([
    ['has no report, since types or lint stopped it', { exitStatus: 2 }],
    ['wrote no report, whatever it says', { exitStatus: 0 }],
    ['left half a report', { exitStatus: 1, report: green.report.slice(0, 20) }],
    ['failed without a failed test', { ...green, report: reportOf(), exitStatus: 1 }],
  ])('counts one failure where a run %s', (_what, run) => {
    expect(sumReports([green, run])).toEqual({ passed: 3, failed: 1 });
  });
});
