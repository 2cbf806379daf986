import { errorBodySchema, errorTable } from '../../../lambda/contract/errors.ts';
import { createSubmitPath, type SubmitPath } from '../submit-path.ts';
import type { HostileCase } from './event.ts';
import type { Sent } from './hostile-body.ts';

/** What became of a case: its answer in a word, and the promises it broke. */
export interface Judgement {
  /** `accepted`, or the code of the refusal. */
  readonly outcome: string;
  readonly broken: readonly string[];
}

/** Longer than anything that doesn't hang. */
const maxMilliseconds = 5_000;

/** Hands a case to a submit function with empty stores, and holds what comes of it against the promises. */
export async function judge({ event, sent }: HostileCase): Promise<Judgement> {
  const path = createSubmitPath();
  const handled = await withPatience(path.handle(event));
  if (handled === undefined) return { outcome: 'none', broken: ['It gave no answer.'] };
  const { result, faults } = handled;
  const broken = faults.map((fault) => `A fault: ${fault instanceof Error ? fault.stack : fault}`);
  if (result.statusCode >= 500) broken.push(`The status is ${result.statusCode}.`);
  const body: unknown = JSON.parse(result.body);
  if (result.statusCode < 300) {
    const keeping = [...brokenKeeping(path, event, sent), ...(await brokenReplay(path, event))];
    return { outcome: 'accepted', broken: [...broken, ...keeping] };
  }
  const read = errorBodySchema.safeParse(body);
  if (!read.success) return { outcome: 'none', broken: [...broken, 'The error body is not the one of the contract.'] };
  const { code } = read.data.error;
  if (errorTable[code as keyof typeof errorTable].status !== result.statusCode)
    broken.push(`${code} has the status ${result.statusCode}.`);
  if (result.headers?.['x-request-id'] !== read.data.event_id) broken.push('The answer names two request ids.');
  return { outcome: code, broken: [...broken, ...leftBehind(path)] };
}

/** Undefined where nothing came in time. The timer also keeps a process alive in which nothing else is left to happen. */
async function withPatience<T>(work: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, maxMilliseconds, undefined);
  });
  try {
    return await Promise.race([work, over]);
  } finally {
    clearTimeout(timer);
  }
}

/** A refused submission leaves nothing. */
function leftBehind({ jobs, images, queue }: SubmitPath): readonly string[] {
  const left = { items: jobs.records().length, objects: images.objects.size, messages: queue.sent.length };
  return Object.entries(left).flatMap(([what, count]) => (count > 0 ? [`A refusal left ${count} ${what}.`] : []));
}

/** An accepted one leaves one item, one message and its objects, and these hold what was sent. */
function brokenKeeping(
  { jobs, images, queue }: SubmitPath,
  event: HostileCase['event'],
  sent: Sent | undefined,
): readonly string[] {
  const [record, ...others] = jobs.records();
  if (!record || others.length > 0 || queue.sent.length !== 1)
    return ['It was accepted, but not as one item and one message.'];
  const object = (key: string): Buffer | undefined => {
    const found = images.objects.get(key);
    return found && Buffer.from(found.bytes);
  };
  const inputs = [...record.images, ...(record.mask ? [record.mask] : [])];
  const objects = inputs.length + (record.submission.in === 'bucket' ? 1 : 0);
  const broken =
    images.objects.size === objects ? [] : [`It has ${images.objects.size} objects instead of ${objects}.`];
  const body = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  for (const { key } of inputs) {
    const bytes = object(key);
    if (!bytes || !standsIn(body, bytes)) broken.push(`The object ${key} holds what the body doesn't.`);
  }
  if (!sent) return broken;
  const stored = record.images.map(({ key }) => object(key)?.toString('hex'));
  if (stored.join() !== sent.images.map((image) => image.toString('hex')).join())
    broken.push('The images are not those that were sent.');
  if (record.mask && object(record.mask.key)?.equals(sent.mask ?? Buffer.alloc(0)) !== true)
    broken.push('The mask is not the one that was sent.');
  const { submission } =
    record.submission.in === 'item'
      ? record.submission
      : { submission: JSON.parse(object(record.submission.key)?.toString() ?? '{}') };
  if (sent.prompt !== undefined && submission.prompt !== sent.prompt)
    broken.push('The prompt is not the one that was sent.');
  return broken;
}

/** With an idempotency key the same event again is the same job, and leaves nothing more but a wake-up. */
async function brokenReplay(path: SubmitPath, event: HostileCase['event']): Promise<readonly string[]> {
  const [record] = path.jobs.records();
  if (record?.fingerprint === undefined) return [];
  const objects = path.images.objects.size;
  const { result } = await path.handle(event);
  const isSame = JSON.parse(result.body).id === record.id && result.headers?.['idempotency-replayed'] === 'true';
  return isSame && path.jobs.records().length === 1 && path.images.objects.size === objects
    ? []
    : ['Its replay is another job.'];
}

/** A file stands in a form between the blank line of its head and a boundary; in text it stands in base64. */
const standsIn = (body: Buffer, bytes: Buffer): boolean =>
  body.includes(Buffer.concat([Buffer.from('\r\n\r\n'), bytes, Buffer.from('\r\n--')])) ||
  body.includes(bytes.toString('base64')) ||
  body.toString('latin1').replaceAll('\\/', '/').includes(bytes.toString('base64'));
