import type { OwnedAnswers } from '../../domain/answers/known-answers.ts';
import type { FileStore } from '../../domain/files/file-store.ts';
import { isDeleted } from '../../domain/jobs/job.ts';
import type { OwnedJobs } from '../../domain/jobs/lists/owned-jobs.ts';
import type { KeyStore } from '../../domain/keys/key-store.ts';
import { type RemoveAnswerDependencies, removeAnswer } from '../answers/remove-answer.ts';
import { removeFile } from '../files/delete-file.ts';
import { cancelFound } from '../serve/cancel-job.ts';
import { type DeleteJobDependencies, eraseJob } from '../serve/delete-job.ts';
import { dealWithEach } from '../upkeep/deal-with-each.ts';

export interface PurgeOwnerDependencies extends DeleteJobDependencies, RemoveAnswerDependencies {
  readonly images: DeleteJobDependencies['images'];
  readonly ownedJobs: OwnedJobs;
  readonly ownedAnswers: OwnedAnswers;
  readonly files: Pick<FileStore, 'records' | 'markDeleted' | 'remove' | 'forget'>;
}

/** What is deleted side by side: a few requests each, to a table and a bucket that others need, too. */
const maxSideBySide = 8;

/**
 * Deletes every job of an owner with all its objects, for as long as there is time: open ones are cancelled, and those that
 * can't be read any more, because they have expired, lose what the bucket still holds. Then it deletes the owner's known answers,
 * which no job can publish any more, and its files, expired ones too. `isDone` where nothing was left to do at the end, as far as the
 * indexes know, and no form can upload a file any more. A fault with one of them doesn't stop the others. Throws nothing.
 */
export async function purgeOwner(
  dependencies: PurgeOwnerDependencies,
  owner: string,
  hasTime: () => boolean,
): Promise<{ readonly deleted: number; readonly isDone: boolean }> {
  const { ownedJobs, ownedAnswers, files, images, clock, telemetry } = dependencies;
  const each = <Entry extends { readonly id: string }>(
    pages: AsyncIterable<readonly Entry[]>,
    purge: (entry: Entry) => Promise<boolean>,
  ) => dealWithEach(telemetry, pages, hasTime, purge, maxSideBySide);
  const ofJobs = await each(ownedJobs.pages(owner), ({ id }) => purgeJob(dependencies, owner, id));
  const ofAnswers = await each(ownedAnswers.pages(owner), ({ id }) =>
    removeAnswer(dependencies, id, (entry) => entry.owner === owner),
  );
  let uploadable = 0;
  const ofFiles = await each(files.records(owner), async (file) => {
    const isGone = await removeFile({ files, uploads: images, clock }, file);
    if (!isGone) uploadable += 1;
    return isGone;
  });
  const ofTotal = await each(once(owner), async ({ id }) => {
    await files.forget(id);
    return true;
  });
  const tallies = [ofJobs, ofAnswers, ofFiles, ofTotal];
  const failed = tallies.reduce((sum, tally) => sum + tally.failed, 0);
  const isDone = failed === 0 && uploadable === 0 && tallies.every(({ unread }) => unread === undefined) && hasTime();
  const counts = { deleted: ofJobs.done, answers: ofAnswers.done, files: ofFiles.done };
  telemetry.record('owner_purged', { owner, ...counts, failed, isDone });
  return { deleted: ofJobs.done, isDone };
}

/**
 * The same in the sweep, for an owner that is marked. A key that is still there keeps what it has: its deletion failed behind the
 * mark, and was returned to the caller of it. Throws what the store of keys throws.
 */
export async function continuePurge(
  dependencies: PurgeOwnerDependencies & { readonly keys: Pick<KeyStore, 'find'> },
  owner: string,
  hasTime: () => boolean,
): Promise<{ readonly isDone: boolean }> {
  if (await dependencies.keys.find(owner)) return { isDone: false };
  return purgeOwner(dependencies, owner, hasTime);
}

async function* once(id: string): AsyncGenerator<readonly { readonly id: string }[]> {
  yield [{ id }];
}

/** Ids can be used again by others, so the index of the owner is read once more. */
async function purgeJob(dependencies: PurgeOwnerDependencies, owner: string, id: string): Promise<boolean> {
  const found = await dependencies.jobs.find(id);
  if (!found || found.owner !== owner || isDeleted(found)) return false;
  const ended = await cancelFound(dependencies, found);
  if (ended) await eraseJob(dependencies, ended);
  return ended !== undefined;
}
