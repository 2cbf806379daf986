import { createHash } from 'node:crypto';
import type { Conversion, PreparedImage } from '../domain/conversion.ts';
import { ProviderFailure } from '../domain/failure.ts';
import type { ByteStream, InputImage } from '../domain/image.ts';
import { readImageHeader } from '../domain/image-header.ts';
import type { ConvertImages } from '../domain/ports.ts';
import type { GivenImage } from './pixels/convert.ts';

/**
 * Redraws images, one job's at a time whatever jobs run side by side, since decoded pixels take many times the memory of an
 * image's bytes. The code for it is loaded when the first image needs it.
 */
export function createConvertImages(): ConvertImages {
  let last: Promise<unknown> = Promise.resolve();
  return (conversion, inputs, open, signal) => {
    const turn = last.then(() => convert(conversion, inputs, open, signal));
    last = turn.catch(() => {});
    return turn;
  };
}

const convert: ConvertImages = async (conversion, { image, mask }, open, signal) => {
  signal.throwIfAborted();
  const given = async (input: InputImage | undefined, isWanted: boolean) =>
    input && isWanted ? givenImage(input, await open(input)) : undefined;
  const { convertInThread } = await import('./pixels/conversion-thread.ts');
  const task = {
    conversion,
    image: await given(image, conversion.canvas !== undefined || conversion.view !== undefined),
    mask: await given(mask, conversion.maskForm !== undefined && conversion.canvas === undefined),
  };
  const outcome = await convertInThread(task, signal);
  if (!outcome.ok) {
    const message = `The image in "${outcome.param}" ${outcome.problem}`;
    throw new ProviderFailure('invalid', message, { param: outcome.param });
  }
  return {
    ...(outcome.image === undefined ? {} : { image: prepared('image', conversion, outcome.image) }),
    ...(outcome.mask === undefined ? {} : { mask: prepared('mask', conversion, outcome.mask) }),
  };
};

async function givenImage({ type, width, height, bytes: length }: InputImage, stream: ByteStream): Promise<GivenImage> {
  const bytes = new Uint8Array(length);
  let at = 0;
  for await (const chunk of stream) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return { type, width, height, bytes };
}

function prepared(name: 'image' | 'mask', conversion: Conversion, bytes: Uint8Array): PreparedImage {
  const facts = readImageHeader(bytes);
  if (!facts) throw new Error(`The redrawn ${name} is no image: ${JSON.stringify(conversion)}.`);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { image: { ...facts, key: `redrawn/${name}.png`, bytes: bytes.length, sha256 }, bytes };
}
