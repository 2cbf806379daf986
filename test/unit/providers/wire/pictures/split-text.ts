import { buffer } from 'node:stream/consumers';
import { type SplitOptions, splitJson } from '../../../../../lambda/providers/wire/pictures/split-json.ts';
import fc from '../../../../support/seeded-fast-check.ts';

/** The text in pieces of the given lengths, over and over. */
export async function* inPieces(text: string | Buffer, lengths: readonly number[]): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text as string);
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const length = lengths[turn % lengths.length] ?? 1;
    yield bytes.subarray(at, at + length);
    at += length;
  }
}

const collect = { fields: ['b64_json'], take: (_number: number, bytes: AsyncIterable<Uint8Array>) => buffer(bytes) };
export const split = (text: string, options: Partial<SplitOptions<Buffer>> = {}, lengths: readonly number[] = [7]) =>
  splitJson(inPieces(text, lengths), { ...collect, ...options });

export const failureOf = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error) => error,
  );

export const pieceLengths = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 });
