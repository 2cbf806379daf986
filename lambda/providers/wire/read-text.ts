import type { ByteStream } from '../../domain/images/image.ts';
import { withoutCutWord } from './failures/clean-message.ts';

/**
 * The beginning of an error's body. Neither a longer body nor a truncated one is a failure of its own: the status
 * already has the outcome. It is cut between two words.
 */
export async function readErrorText(body: ByteStream, maxBytes = 64 * 1024): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of body) {
      chunks.push(chunk);
      length += chunk.length;
      if (length >= maxBytes) break;
    }
  } catch {
    // The text before the cut is all that is needed.
  }
  const text = Buffer.concat(chunks).subarray(0, maxBytes).toString('utf8');
  return length >= maxBytes ? withoutCutWord(text) : text;
}
