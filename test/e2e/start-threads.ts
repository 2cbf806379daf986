import type { Client } from './client.ts';

/**
 * Has so many threads started of each function that is asked by these doors, so that requests which come at once meet each other
 * and not the starts: by submissions that are refused for their body, over and over until none is refused because a store was
 * asked in vain. Throws where some still are after ten rounds.
 */
export async function startThreads(
  client: Client,
  doors: readonly ('make' | 'submit')[],
  count: number,
): Promise<void> {
  for (let round = 0; round < 10; round += 1) {
    const asked = doors.flatMap((door) => Array.from({ length: count }, () => client[door]('generations', {})));
    const answers = await Promise.all(asked);
    if (answers.every(({ status }) => status === 400)) return;
  }
  throw new Error('The functions do not come to serve.');
}
