import type { VirtualKeyView } from '../lambda/contract/virtual-key.ts';
import type { StageChoice } from './stage-option.ts';

/** What follows from blocking a key, or from letting it in again. */
export const noteOfBlock = (active: boolean): string =>
  active
    ? 'It works again everywhere within 5 seconds. Stopped jobs stay stopped.'
    : 'It is refused everywhere within 5 seconds. Its open jobs stop before their next provider request; running requests finish and are charged.';

/** How a key that was made without any right gets one; empty where it has some. */
export function noteOfRights(
  { id, name, providers }: Pick<VirtualKeyView, 'id' | 'name' | 'providers'>,
  choice: StageChoice,
): string {
  if (Object.keys(providers).length > 0) return '';
  // A name that a shell would split is replaced by the id.
  const key = /^[\w.-]+$/.test(name) && !name.startsWith('-') ? name : id;
  return `It has no rights yet. To grant some: npm run keys -- update ${key} --provider PROVIDER${placeOf(choice)}`;
}

function placeOf(choice: StageChoice): string {
  if ('stage' in choice) return ` --stage ${choice.stage}`;
  return choice.port === 8787 ? '' : ` --port ${choice.port}`;
}

/** How long a key's earlier credentials stay valid after a rotation. */
export function noteOfRotation({ credentials }: Pick<VirtualKeyView, 'credentials'>): string {
  const end = credentials
    .flatMap(({ expires_at: each }) => (each === undefined ? [] : [each]))
    .toSorted()
    .at(-1);
  if (end === undefined) {
    return 'Its earlier credentials are refused everywhere within 5 seconds. Tokens that name the key keep working.';
  }
  return `Its earlier credentials work until ${end} at the latest; another rotation without --overlap ends them within 5 seconds.`;
}

const ofPurge = {
  not_purged:
    'Only admins can see its jobs and images now. Waiting jobs are stopped; the others, and its files, are deleted when they expire.',
  done: 'All its jobs, images and files are deleted.',
  continues: 'The stage continues to delete its jobs, images and files.',
} as const;

/** The result of a key's deletion, and what may still happen to its data. */
export const noteOfDeletion = (
  { id, name }: Pick<VirtualKeyView, 'id' | 'name'>,
  purge: keyof typeof ofPurge,
): string =>
  [
    `Deleted ${name} (${id}). ${ofPurge[purge]}`,
    'Its credentials end within 5 seconds. Until then submissions may still be accepted, and charged' +
      `${purge === 'not_purged' ? '' : '; the sweep deletes their jobs one to six minutes later'}. To be sure, block a key, wait 5 seconds, and delete it then.`,
  ].join('\n');
