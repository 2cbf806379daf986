/**
 * OpenAI's image events. Sources: openai/openai-node `src/resources/images.ts` (`ImageGenPartialImageEvent`,
 * `ImageGenCompletedEvent` and their twins for edits), platform.openai.com/docs/api-reference/images-streaming.
 */
import { drawPartial } from './draw-partial.ts';
import type { Drawing } from './drawing.ts';
import { imageText, jsonWithImages } from './image-json.ts';
import type { ImageSource } from './image-source.ts';
import { openaiErrorEvent } from './openai-errors.ts';
import type { BodyPiece, EventStream, StreamEvent } from './vendor-wire.ts';

export interface StreamedImage {
  readonly drawing: Drawing;
  readonly quality: string;
  /** 0 to 3. */
  readonly partialImages: number;
  readonly isEdit: boolean;
  readonly usage: object;
}

/** The events of one image, whose last has what `image` gives. */
export function openaiEvents(asked: StreamedImage, image: ImageSource): EventStream {
  const { drawing, quality, partialImages, isEdit, usage } = asked;
  const family = isEdit ? 'image_edit' : 'image_generation';
  const said = {
    b64_json: imageText(0),
    background: drawing.transparent ? 'transparent' : 'opaque',
    created_at: Math.floor(Date.now() / 1000),
    output_format: drawing.format,
    quality,
    size: `${drawing.width}x${drawing.height}`,
  };
  const partials = Array.from({ length: partialImages }, (_, index) =>
    eventOf(`${family}.partial_image`, { ...said, partial_image_index: index }, () => drawPartial(drawing, index)),
  );
  return {
    events: [...partials, eventOf(`${family}.completed`, { ...said, usage }, image)],
    failure: (failure) => ({ name: 'error', isPartial: false, body: pieces('error', openaiErrorEvent(failure), []) }),
  };
}

const eventOf = (name: string, said: object, image: ImageSource): StreamEvent => ({
  name,
  isPartial: name.endsWith('.partial_image'),
  body: pieces(name, { type: name, ...said }, [image]),
});

async function* pieces(name: string, data: unknown, images: readonly ImageSource[]): AsyncGenerator<BodyPiece> {
  yield `event: ${name}\ndata: `;
  yield* jsonWithImages(data, images, 0);
  yield '\n\n';
}
