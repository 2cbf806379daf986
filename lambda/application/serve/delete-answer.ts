import type { KnownAnswer } from '../../domain/answers/known-answer.ts';
import { GatewayError } from '../../domain/error-code.ts';
import { isJobId } from '../../domain/jobs/job.ts';
import { type Caller, maySee } from '../../domain/keys/caller.ts';
import type { Telemetry } from '../../domain/telemetry.ts';
import { type RemoveAnswerDependencies, removeAnswer } from '../answers/remove-answer.ts';

export interface DeleteAnswerDependencies extends RemoveAnswerDependencies {
  readonly telemetry: Telemetry;
}

/** An entry without a result is no answer yet, and those that wait for it must not make requests of their own. */
const isAnswerOf = ({ state, owner }: KnownAnswer, caller: Pick<Caller, 'owner' | 'isAdmin'>): boolean =>
  state === 'full' && maySee(caller, owner);

/**
 * Deletes a caller's known answer, by its `cache_id`, with its images: it answers no further job. Jobs that it has answered keep
 * theirs, and so does the job that has made them. Throws GatewayError `not_found`, also for another owner's; any other error means
 * that the same call should be made again.
 */
export async function deleteAnswer(
  dependencies: DeleteAnswerDependencies,
  caller: Pick<Caller, 'owner' | 'isAdmin'>,
  cacheId: string,
): Promise<void> {
  // Ids of answers have the form of a job's.
  const removed = isJobId(cacheId) && (await removeAnswer(dependencies, cacheId, (entry) => isAnswerOf(entry, caller)));
  if (!removed) throw new GatewayError('not_found', 'There is no such known answer, or it has expired.');
  dependencies.telemetry.record('answer_deleted', { cacheId, owner: caller.owner });
}
