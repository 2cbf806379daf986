import type { ErrorCode } from '../../../lambda/domain/error-code.ts';

/** What stands in a cell: the status, and where it is an error its code, or what else tells answers of one status apart. */
export type Outcome = string;

/**
 * The matrix. One line for each state that the thing a route is about can be in, one column for each kind of route. Where a
 * virtual key and an admin differ, the admin's outcome stands behind a slash. `new` is a submission that no earlier one has
 * answered: accepted, unless the principal's rights or limits say otherwise; `shown` a model: 200, unless its rights do. A
 * submission is about the job of its Idempotency-Key; `run` is that of the synchronous routes, which wait for a job that is
 * open, as long as they may.
 */
const jobs = `
state                | submit                   | run                      | get           | cancel        | delete        | get-image
pending              | 202 replayed             | 504 deadline_exceeded    | 202           | 200           | 204           | 404 not_found
processing           | 202 replayed             | 504 deadline_exceeded    | 202           | 200           | 204           | 404 not_found
completed            | 200 replayed             | 200 replayed             | 200           | 200           | 204           | 302
failed               | 200 replayed             | 502 provider_error       | 200           | 200           | 204           | 404 not_found
cancelled            | 200 replayed             | 499 cancelled            | 200           | 200           | 204           | 404 not_found
expired              | 409 idempotency_expired  | 409 idempotency_expired  | 404 not_found | 404 not_found | 404 not_found | 404 not_found
deleted              | 409 idempotency_expired  | 409 idempotency_expired  | 404 not_found | 404 not_found | 404 not_found | 404 not_found
of another operation | 422 idempotency_mismatch | 422 idempotency_mismatch | 404 not_found | 404 not_found | 404 not_found | 302
of another owner     | new                      | new                      | 404 not_found / 200 | 404 not_found / 200 | 404 not_found / 204 | 302
unknown              | new                      | new                      | 404 not_found | 404 not_found | 404 not_found | 404 not_found
malformed            | 400 invalid_value        | 400 invalid_value        | 404 not_found | 404 not_found | 404 not_found | 404 not_found
`;

/** A submission that asks for its price. `quoted`: 200, unless the principal's rights say otherwise; no limit counts. */
const quotes = `
state   | submit | run
a quote | quoted | quoted
`;

const knownAnswers = `
state            | delete-answer
known            | 204
under way        | 404 not_found
of another owner | 404 not_found / 204
unknown          | 404 not_found
malformed        | 404 not_found
`;

/** Files are their owner's alone: an admin has its own, and sees no other's. */
const files = `
state            | show-file     | delete-file
uploaded         | 200           | 200
awaited          | 200           | 200
expired          | 404 not_found | 404 not_found
of another owner | 404 not_found | 404 not_found
unknown          | 404 not_found | 404 not_found
malformed        | 404 not_found | 404 not_found
`;

const newFiles = `
state           | create-file
announced       | 201
without a type  | 400 missing_field
`;

const fileLists = `
state                      | list-files
from the beginning         | 200
behind a malformed cursor  | 400 invalid_value
`;

/** A list is the caller's own, unless an admin names an owner. Nobody else learns whether there is one. */
const lists = `
state                        | list-jobs
of no named owner            | 200
of another, named owner      | 403 admin_required / 200
of an unknown, named owner   | 403 admin_required / 200
behind a malformed cursor    | 400 invalid_value
`;

/** Only an admin learns whether there is a key. */
const keys = `
state          | show-key                           | update-key                         | rotate-key                         | delete-key
a key          | 403 admin_required / 200           | 403 admin_required / 200           | 403 admin_required / 200           | 403 admin_required / 200
a blocked key  | 403 admin_required / 200           | 403 admin_required / 200           | 403 admin_required / 200           | 403 admin_required / 200
an expired key | 403 admin_required / 200           | 403 admin_required / 200           | 403 admin_required / 200           | 403 admin_required / 200
a deleted key  | 403 admin_required / 404 not_found | 403 admin_required / 404 not_found | 403 admin_required / 404 not_found | 403 admin_required / 404 not_found
an unknown key | 403 admin_required / 404 not_found | 403 admin_required / 404 not_found | 403 admin_required / 404 not_found | 403 admin_required / 404 not_found
no id of a key | 403 admin_required / 404 not_found | 403 admin_required / 404 not_found | 403 admin_required / 404 not_found | 403 admin_required / 404 not_found
`;

const newKeys = `
state        | create-key
a free name  | 403 admin_required / 201
a taken name | 403 admin_required / 400 invalid_value
no name      | 403 admin_required / 400 invalid_value
`;

/** What a key may not use reads as what there isn't. */
const models = `
state                      | show-model
a model                    | shown
a model, its slash encoded | shown
a snapshot of a model      | shown
an unknown model           | 404 not_found
no id of a model           | 404 not_found
`;

/** Routes that are about nothing that has a state. */
const others = `
state | list-models | show-usage | list-keys                | health | openapi
any   | 200         | 200        | 403 admin_required / 200 | 200    | 200
`;

/** States in which there is a job that its owner could ask for. */
export const jobStates = [
  'pending',
  'processing',
  'completed',
  'failed',
  'cancelled',
  'expired',
  'deleted',
  'of another operation',
  'of another owner',
] as const;
export type JobState = (typeof jobStates)[number];

/** States in which there is a known answer that its owner could delete. */
export const answerStates = ['known', 'under way', 'of another owner'] as const;

/** States in which there is a file that its owner could use. */
export const fileStates = ['uploaded', 'awaited', 'expired', 'of another owner'] as const;

/** A cell's outcomes, for a virtual key and for an admin. */
interface Cell {
  readonly key: Outcome;
  readonly admin: Outcome;
}

/** By kind of route and state. */
export type Matrix = Readonly<Record<string, Readonly<Record<string, Cell>>>>;

/** The whole table, by kind of route and then by state. */
export const matrix: Matrix = {
  ...withRows(readTable(jobs), readTable(quotes)),
  ...readTable(knownAnswers),
  ...readTable(files),
  ...readTable(newFiles),
  ...readTable(fileLists),
  ...readTable(lists),
  ...readTable(keys),
  ...readTable(newKeys),
  ...readTable(models),
  ...readTable(others),
};

/** A table with further rows for some of its columns. */
function withRows(table: Matrix, further: Matrix): Matrix {
  const columns = Object.entries(further).map(([kind, rows]) => [kind, { ...table[kind], ...rows }]);
  return { ...table, ...Object.fromEntries(columns) };
}

function readTable(text: string): Matrix {
  const [[, ...kinds] = [], ...lines] = text
    .trim()
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()));
  return Object.fromEntries(
    kinds.map((kind, at) => [
      kind,
      Object.fromEntries(lines.map(([state = '', ...cells]) => [state, cellOf(cells[at])])),
    ]),
  );
}

function cellOf(text = ''): Cell {
  const [key = '', admin = key] = text.split(' / ');
  return { key, admin };
}

/** How a principal's own standing decides: refused everywhere, or let in as whom. */
export interface Standing {
  /** The refusal that every route with a credential has for it; absent: it is let in. */
  readonly refused?: Outcome;
  readonly isAdmin?: boolean;
  /** Whether the jobs that it asks for are another owner's. */
  readonly isStranger?: boolean;
  /** What a submission that is new has for it. @default as `accepted` says */
  readonly submits?: Outcome;
  /** What a model of the stage has for it. @default '200' */
  readonly sees?: Outcome;
}

/** What a submission has that is new and accepted, by its kind of route: the provider refuses to make any image. */
const accepted: Readonly<Record<string, Outcome>> = { submit: '202', run: '422 content_refused' };

/** The one outcome that a principal must have from a kind of route, with or without a credential, in a state. */
export function expectedOf(standing: Standing, kind: string, needsCredential: boolean, state: string): Outcome {
  if (needsCredential && standing.refused !== undefined) return standing.refused;
  const isOwned = [...jobStates, ...answerStates, ...fileStates].some((each) => each === state);
  const seen = needsCredential && standing.isStranger && isOwned ? 'of another owner' : state;
  const cell = matrix[kind]?.[seen];
  if (!cell) throw new Error(`The matrix has no cell for ${kind} and ${state}.`);
  const outcome = standing.isAdmin ? cell.admin : cell.key;
  if (outcome === 'quoted') return standing.submits?.startsWith('403') ? standing.submits : '200';
  if (outcome === 'shown') return standing.sees ?? '200';
  return outcome === 'new' ? (standing.submits ?? accepted[kind] ?? '') : outcome;
}

/** How an error stands in a cell. */
export const refusal = (status: number, code: ErrorCode): Outcome => `${status} ${code}`;
