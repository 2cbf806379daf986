import type { KnownAnswer } from '../../domain/answers/known-answer.ts';
import type { KnownAnswers } from '../../domain/answers/known-answers.ts';
import type { ImageStore } from '../../domain/ports.ts';
import type { Telemetry } from '../../domain/telemetry.ts';

export interface RemoveAnswerDependencies {
  readonly answers: Pick<KnownAnswers, 'find' | 'remove'>;
  readonly images: Pick<ImageStore, 'remove'>;
}

/** An entry that several change at a time is rare. */
const maxTries = 5;

/**
 * Removes an entry and its images, whatever becomes of it meanwhile; false if there is none that `isMeant`. The images go first: if
 * one of them can't be removed, the entry is still there to be removed again. Throws what the stores throw.
 */
export async function removeAnswer(
  { answers, images }: RemoveAnswerDependencies,
  id: string,
  isMeant: (entry: KnownAnswer) => boolean,
): Promise<boolean> {
  for (let tries = 0; tries < maxTries; tries += 1) {
    const entry = await answers.find(id);
    if (!entry || !isMeant(entry)) return false;
    await images.remove(imageKeysOf(entry));
    if (await answers.remove(entry)) return true;
  }
  throw new Error(`The known answer ${id} was changed by others ${maxTries} times.`);
}

/** Removes the images of an entry that another one has replaced. What can't be removed, the bucket's lifecycle sweeps. */
export async function removeAnswerImages(
  { images, telemetry }: { readonly images: Pick<ImageStore, 'remove'>; readonly telemetry: Telemetry },
  replaced: KnownAnswer,
): Promise<void> {
  await images.remove(imageKeysOf(replaced)).catch((error: unknown) => {
    telemetry.record('cleanup_failed', { cacheId: replaced.id }, error);
  });
}

const imageKeysOf = (entry: KnownAnswer): readonly string[] =>
  entry.state === 'full' ? entry.result.images.map(({ key }) => key) : [];
