import type { Operation } from '../../lambda/domain/generation.ts';
import { pick, type Random } from './faults/seeded.ts';

/** What a client does with one job, planned before the run. */
export interface JobPlan {
  /** Stands in the prompt, so that the simulator's ledger tells whose each request was. */
  readonly token: string;
  readonly model: string;
  readonly operation: Extract<Operation, 'generation' | 'edit'>;
  readonly prompt: string;
  readonly n: number;
  readonly size: string;
  readonly fallbacks: readonly string[];
  /** Submits with an idempotency key: one after another, or so many at once. @default once, without a key */
  readonly twins: number;
  /** Submits by the synchronous door; of twins every second one by the other. */
  readonly synchronous: boolean;
  /** Submits again under its key where a store failed. */
  readonly insists: boolean;
  /** Asks for what was sent and answered, too. */
  readonly raw: boolean;
  /** Asks for the job now and then until it has ended; otherwise nobody does, before the run is over. */
  readonly polls: boolean;
  /** Cancels it so many seconds after it was accepted. */
  readonly cancelAfterSeconds?: number;
  /** Deletes it so many seconds after it was accepted. */
  readonly deleteAfterSeconds?: number;
}

const small = '256x256';
const studio = 'studio/dall-e-2';
const gallery = 'gallery/dall-e-2';
/** A server whose limits close a gate for minutes: it is asked for nothing but what meets them. */
const annex = 'annex/dall-e-2';
const ticket = 'bfl/flux-2-klein-4b';
const callableOff = 'fal/fal-ai/flux/dev';

type Kind = Partial<Pick<JobPlan, 'operation' | 'n' | 'size' | 'fallbacks' | 'raw'>> & {
  readonly model: string;
  /** Markers that the simulator reads. */
  readonly markers?: string;
};

/** Providers that answer at once and with tickets, several requests for one job, results by address, edits, fallbacks. */
const kinds: readonly (readonly [number, Kind])[] = [
  [26, { model: studio }],
  [10, { model: studio, n: 3 }],
  [10, { model: gallery }],
  [3, { model: 'openai/gpt-image-2', size: '1024x1024', raw: true }],
  [14, { model: ticket }],
  [5, { model: callableOff, size: '512x512' }],
  [4, { model: ticket, raw: true }],
  [8, { model: studio, operation: 'edit' }],
  [3, { model: studio, markers: '[fail:500x1]' }],
  [3, { model: studio, markers: '[fail:404]', fallbacks: [gallery] }],
  [3, { model: gallery, markers: '[fail:403x1]', fallbacks: [ticket] }],
  [2, { model: annex, markers: '[fail:429x1]' }],
  [2, { model: studio, markers: '[fail:refuse]' }],
  [2, { model: studio, markers: '[fail:cutx1]' }],
  [2, { model: gallery, markers: '[fail:html_200x1]', fallbacks: [studio] }],
  [2, { model: studio, n: 4, markers: '[fail:truncatedx1]' }],
  [1, { model: studio, markers: '[fail:hangx1]' }],
];

/** The share of jobs on which a client does more than wait. */
const faults: readonly (readonly [number, Partial<JobPlan> | 'cancel' | 'delete'])[] = [
  [64, {}],
  [10, { twins: 2 }],
  [8, { twins: 1 }],
  [10, 'cancel'],
  [8, 'delete'],
];

/** The share of jobs that are submitted by the synchronous door. */
const synchronousShare = 0.2;

/** A job as chance has it. The same generator gives the same ones. */
export function planJob(random: Random, token: string): JobPlan {
  const { markers = '[plain]', ...kind } = pick(random, kinds);
  const fault = pick(random, faults);
  const soon = random() * random() * 8;
  const long = random() < 0.01 && kind.model.startsWith('openai/') ? 'x'.repeat(9_000) : '';
  return {
    token,
    operation: 'generation',
    prompt: `${token} ${markers} [plain] ${long}`,
    n: 1,
    size: small,
    fallbacks: [],
    twins: 0,
    insists: true,
    raw: false,
    ...kind,
    polls: random() < 0.6,
    synchronous: random() < synchronousShare,
    ...(fault === 'cancel' ? { cancelAfterSeconds: soon } : fault === 'delete' ? { deleteAfterSeconds: soon } : fault),
  };
}
