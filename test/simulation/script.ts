import type { FailureKind } from '../../lambda/domain/failure.ts';
import { between, type Draw, drawsFrom, mix, pick } from './draws.ts';
import type { Model } from './parts/provider-models.ts';

/** What a vendor does with one request. */
export interface Act {
  readonly says: 'images' | 'ticket' | FailureKind;
  /** Until its answer, or until the work behind its ticket is done; may be longer than anybody waits. */
  readonly takesSeconds: number;
  /** Whether it is charged in the end. */
  readonly isCharged: boolean;
  /** What it does with work behind a ticket that it is asked to stop. @default stops */
  readonly onCancel?: 'stops' | 'goes_on' | 'refuses';
  readonly message: string;
  readonly statusCode?: number;
  readonly retryAfterSeconds?: number;
  readonly revisedPrompt?: string;
}

/** What a vendor is like to one job. */
export type Mood = 'kind' | 'mixed' | 'busy' | 'never';

/** A vendor that takes no more requests says so at some length. */
const rateMessage =
  'Rate limit reached for images per min. Limit: 5/1min. Current: 6/1min. Visit your account page to learn more, or contact the help center if you continue to have issues.';

/** What a vendor does with a job's request: by the job's number and the request's, so that it is the same whatever else happens. */
export function actFor(seed: number, job: number, request: number, model: Model, mood: Mood): Act {
  const draw = drawsFrom(mix(seed, 0xac7, job, request));
  if (mood === 'never') return refusal(draw, 1);
  if (model.shutHintSeconds !== undefined) return refusal(draw, model.shutHintSeconds);
  const says = draw() < (mood === 'kind' ? 0 : 0.4) ? failing(draw, mood) : 'images';
  if (says === 'rate_limited')
    return refusal(
      draw,
      pick(draw, [
        [2, undefined],
        [2, 1],
        [2, 20],
        [1, 90],
        [0.3, 3600],
      ]),
    );
  const usual = model.typicalSeconds * between(draw, 0.5, 1.6);
  if (says === 'images') {
    const isTicket = model.answers === 'tickets';
    const slow = draw() < (isTicket ? 0.15 : 0.05) ? between(draw, 2, 8) : 1;
    const words = Math.floor(between(draw, 1, draw() < 0.05 ? 9000 : 220));
    const text = draw() < 0.05 ? { revisedPrompt: 'A meadow at dawn. '.repeat(words) } : {};
    const onCancel = pick<NonNullable<Act['onCancel']>>(draw, [
      [2, 'stops'],
      [2, 'goes_on'],
      [1, 'refuses'],
    ]);
    const made = { takesSeconds: usual * slow, isCharged: true, message: '', ...text };
    return isTicket ? { says: 'ticket', onCancel, ...made } : { says: 'images', ...made };
  }
  if (says === 'unknown_outcome') {
    // It is cut off half-way, or nothing comes until the client gives up.
    const takesSeconds = draw() < 0.5 ? usual : model.timeoutSeconds + 60;
    return { says, takesSeconds, isCharged: draw() < 0.5, message: 'The connection broke.' };
  }
  const isCharged = says === 'malformed' && draw() < 0.5;
  return {
    says,
    takesSeconds: usual / 4,
    isCharged,
    message: `The vendor says ${says}.${draw() < 0.02 ? ' And so on.'.repeat(8000) : ''}`,
    statusCode: statusOf(says),
  };
}

const failing = (draw: Draw, mood: Mood): FailureKind =>
  pick<FailureKind>(draw, [
    [mood === 'busy' ? 20 : 5, 'rate_limited'],
    [5, 'overloaded'],
    [3, 'unknown_outcome'],
    [2, 'malformed'],
    [2, 'refused'],
    [1, 'auth'],
    [1, 'billing'],
    [1, 'invalid'],
    [1, 'unsupported'],
  ]);

const refusal = (draw: Draw, hint: number | undefined): Act => ({
  says: 'rate_limited',
  takesSeconds: between(draw, 0.2, 1),
  isCharged: false,
  message: rateMessage,
  statusCode: 429,
  ...(hint === undefined ? {} : { retryAfterSeconds: hint }),
});

const statusOf = (kind: FailureKind): number =>
  (
    ({ auth: 403, billing: 402, overloaded: 503, invalid: 400, unsupported: 400, refused: 400 }) as Partial<
      Record<FailureKind, number>
    >
  )[kind] ?? 200;
