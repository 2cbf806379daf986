import { isUnknown } from '../../lambda/domain/jobs/attempt.ts';
import type { Violation } from './checks/check.ts';
import { endIsFinal, endsInTime, nothingLost } from './checks/endings.ts';
import { chargesAreRecorded } from './checks/money.ts';
import type { Evidence } from './evidence.ts';
import { faultKinds } from './faults/fault-rule.ts';
import { orphansOf } from './orphans.ts';

type Row = readonly [string, string | number];

/** What a run came to, as a Markdown table. */
export function summaryOf(evidence: Evidence, violations: readonly Violation[]): string {
  return tableOf(
    ['what', 'how often'],
    [
      ...jobRows(evidence),
      ...faultRows(evidence),
      ...moneyRows(evidence),
      ...objectRows(evidence),
      ...brokenRows(evidence, violations),
    ],
  );
}

function jobRows({ jobs, seconds }: Evidence): readonly Row[] {
  const accepted = jobs.filter(({ history }) => history.id !== undefined);
  const ends = Map.groupBy(jobs, ({ history, row }) => endOf(row, history.id));
  return [
    ['jobs submitted', jobs.length],
    ['of them accepted (the rest met a dead function or a store that refused)', accepted.length],
    ...[...ends].map(([end, { length }]): Row => [`ended: ${end}`, length]).toSorted(([a], [b]) => (a < b ? -1 : 1)),
    ['seconds', Math.round(seconds)],
  ];
}

function endOf(row: Evidence['jobs'][number]['row'], id: string | undefined): string {
  if (row === undefined) return id === undefined ? 'never begun' : 'lost';
  if (row.deletedAt !== undefined) return 'deleted';
  return row.failure === undefined ? row.status : `${row.status}, ${row.failure.code}`;
}

const faultWords = {
  kill_before: 'threads killed before a request',
  kill_after: 'threads killed after a request',
  freeze: 'threads that stood still for longer than a lease',
  throttle: 'requests that a store refused',
  slow: 'requests that left late',
  cut: 'connections cut after the request went out',
  lose: 'messages lost',
  late: 'messages late',
  twice: 'messages sent twice',
} as const satisfies Record<(typeof faultKinds)[number], string>;

const faultRows = ({ steps }: Evidence): readonly Row[] =>
  faultKinds.map((kind) => [faultWords[kind], steps.total(kind)]);

function moneyRows({ jobs }: Evidence): readonly Row[] {
  const requests = jobs.flatMap((job) => job.requests);
  const attempts = jobs.flatMap(({ row }) => row?.attempts ?? []);
  return [
    ['requests that providers got', requests.length],
    ['of them charged', requests.filter(({ charged }) => charged).length],
    ['entries in the ledgers of jobs', attempts.length],
    ['of them with an outcome that nobody knows', attempts.filter(({ outcome }) => isUnknown(outcome)).length],
    [
      'jobs with an outcome that nobody knows',
      jobs.filter(({ row }) => row?.attempts.some((each) => isUnknown(each.outcome))).length,
    ],
    ['workers lost, as counted on the jobs', jobs.reduce((sum, { row }) => sum + (row?.crashes ?? 0), 0)],
  ];
}

function objectRows(evidence: Evidence): readonly Row[] {
  const { jobs, objectKeys } = evidence;
  const orphans = orphansOf(evidence);
  const deleted = jobs.flatMap(({ row }) => (row?.deletedAt === undefined ? [] : [row.submissionNonce]));
  return [
    ['objects in the bucket', objectKeys.length],
    ["of them in nobody's hands, left to the lifecycle", orphans.length],
    ['of those below a deleted job', orphans.filter((key) => deleted.some((nonce) => key.includes(nonce))).length],
    ['messages left on the queues', evidence.messages.jobs + evidence.messages.deadLetters],
  ];
}

function brokenRows(evidence: Evidence, violations: readonly Violation[]): readonly Row[] {
  const shown = {
    'jobs lost': nothingLost,
    'jobs stuck or late': endsInTime,
    'charges without an entry': chargesAreRecorded,
    'ends that changed': endIsFinal,
  };
  return [
    ...Object.entries(shown).map(([name, { find }]): Row => [name, find(evidence).length]),
    ['promises broken, of every kind', violations.length],
  ];
}

/** How often each step was made and met with each kind of kill, as a Markdown table. */
export function killTableOf({ steps }: Evidence): string {
  const rows = [...steps.made]
    .filter(([step]) => !/^(list|serve)-/.test(step))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([step, made]): readonly (string | number)[] => [
      step,
      made,
      steps.struck.get(`kill_before ${step}`) ?? 0,
      steps.struck.get(`kill_after ${step}`) ?? 0,
    ]);
  return tableOf(['step', 'made', 'killed before', 'killed after'], rows);
}

export function tableOf(heads: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]) => `| ${cells.map(shown).join(' | ')} |`;
  return [line(heads), line(heads.map((_, at) => (at === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n');
}

const shown = (cell: string | number): string => (typeof cell === 'number' ? cell.toLocaleString('en-US') : cell);
