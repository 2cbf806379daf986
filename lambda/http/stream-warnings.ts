import type { Attempt } from '../domain/attempt.ts';
import type { Warning } from '../domain/generation.ts';
import type { Job } from '../domain/job.ts';
import type { ImageEvents } from './image-events.ts';
import { withWarning } from './job-body.ts';

const noPartials: Warning = {
  code: 'stream_without_partials',
  param: 'stream',
  message: 'This model shows no images on the way, or not of several at a time: the stream has its last events alone.',
};

const restarted: Warning = {
  code: 'stream_restarted',
  param: 'partial_images',
  message:
    'Partial images of an earlier request to a provider were shown, which came to nothing: count and picture began anew.',
};

/**
 * A completed job with what a caller of its stream should know of what was shown before. `isShownInPart` tells whether an attempt's
 * model shows partial images of what it was asked for.
 */
export function withStreamWarnings(
  job: Job,
  events: Pick<ImageEvents, 'hasShownOthersThan'>,
  isShownInPart: (attempt: Attempt) => boolean,
): Job {
  const winner = job.attempts.findLast(({ outcome }) => outcome === 'succeeded');
  if (job.status !== 'completed' || !winner) return job;
  const warnings = [
    ...(isShownInPart(winner) ? [] : [noPartials]),
    ...(events.hasShownOthersThan(winner.number) ? [restarted] : []),
  ];
  return warnings.reduce(withWarning, job);
}
