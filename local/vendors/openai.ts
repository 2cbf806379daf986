/**
 * OpenAI's Images API for the gpt-image models. Sources: openai/openai-node `src/resources/images.ts` (parameters,
 * rules, `ImagesResponse`), openai/openai-openapi (`CreateImageRequest`, `CreateImageEditRequest`,
 * `EditImageBodyJsonParam`); headers from platform.openai.com/docs/api-reference/debugging-requests. The endpoint for
 * variations has had no model since DALL·E 2 was removed.
 */
import { drawImage } from './draw.ts';
import type { Drawing } from './drawing.ts';
import { imageText, jsonWithImages } from './image-json.ts';
import type { ImageSource } from './image-source.ts';
import { describeOpenai, invalidUrl, openaiFamily, refuse } from './openai-family.ts';
import { integerOf, isForm, type OpenaiForm, openaiForm, textOf } from './openai-form.ts';
import { type InputImages, isInput, openaiInput } from './openai-input.ts';
import { modelList, modelNamed } from './openai-model-list.ts';
import { checkParameters, isStreamed, openaiParameters } from './openai-parameters.ts';
import { nearestAllowedSize, parseSize } from './openai-size.ts';
import { openaiEvents } from './openai-stream.ts';
import { openaiUsage } from './openai-usage.ts';
import { openaiCharge } from './prices/openai-prices.ts';
import { eventStreamType } from './streamed-answer.ts';
import type { BodyPiece, StreamEvent, VendorWire, WirePlan, WireRoute } from './vendor-wire.ts';

const inputRules = { maxImages: 16, maxBytes: 50 * 1024 * 1024 };

const generations: WireRoute = {
  method: 'POST',
  path: '/images/generations',
  operation: 'generation',
  describe: describeOpenai,
  plan: async ({ body }, { profile }) => {
    const form = openaiForm(body);
    if (!isForm(form)) return refuse(form);
    const refusal = checkParameters(form, openaiParameters.generation, profile.models);
    return refusal === undefined ? makeImages(form) : refuse(refusal);
  },
};

const edits: WireRoute = {
  method: 'POST',
  path: '/images/edits',
  operation: 'edit',
  describe: describeOpenai,
  plan: async ({ body }, { profile }) => {
    const form = openaiForm(body);
    if (!isForm(form)) return refuse(form);
    const refusal = checkParameters(form, openaiParameters.edit, profile.models);
    if (refusal !== undefined) return refuse(refusal);
    const input = await openaiInput(form, inputRules);
    return isInput(input) ? makeImages(form, input) : refuse(input);
  },
};

const variations: WireRoute = {
  method: 'POST',
  path: '/images/variations',
  operation: 'variation',
  describe: describeOpenai,
  plan: async (request) => refuse(invalidUrl(request)),
};

export const openai: VendorWire = {
  name: 'openai',
  ...openaiFamily,
  routes: [generations, edits, variations, modelList, modelNamed],
};

/** What a valid request leads to. */
export function makeImages(form: OpenaiForm, input?: InputImages): WirePlan {
  const drawings = drawingsOf(form, input);
  const [first] = drawings;
  const asked = textOf(form, 'quality') ?? 'auto';
  const quality = asked === 'auto' ? 'medium' : asked;
  if (first && isStreamed(form)) return streamImage(form, first, quality, input !== undefined);
  const model = textOf(form, 'model') ?? '';
  const usage = openaiUsage(model, drawings, quality);
  return {
    kind: 'make',
    charge: openaiCharge(model, usage),
    prompt: first?.prompt ?? '',
    images: drawings.map((drawing) => () => drawImage(drawing)),
    answer: async (images) => {
      const value = {
        created: Math.floor(Date.now() / 1000),
        background: first?.transparent ? 'transparent' : 'opaque',
        data: images.map((_image, index) => ({ b64_json: imageText(index) })),
        output_format: first?.format,
        quality,
        size: `${first?.width}x${first?.height}`,
        usage,
      };
      return { status: 200, headers: { 'content-type': 'application/json' }, body: jsonWithImages(value, images) };
    },
  };
}

/** One image as a stream of events. `answer` has them all at once, without the partial ones where there is no image. */
function streamImage(form: OpenaiForm, drawing: Drawing, quality: string, isEdit: boolean): WirePlan {
  const partialImages = integerOf(form, 'partial_images') ?? 0;
  const model = textOf(form, 'model') ?? '';
  const usage = openaiUsage(model, [drawing], quality, partialImages);
  const eventsWith = (image: ImageSource) => openaiEvents({ drawing, quality, partialImages, isEdit, usage }, image);
  const draw = () => drawImage(drawing);
  return {
    kind: 'make',
    charge: openaiCharge(model, usage),
    prompt: drawing.prompt,
    images: [draw],
    stream: eventsWith(draw),
    answer: async ([image]) => ({
      status: 200,
      headers: { 'content-type': eventStreamType },
      body: allPieces(image ? eventsWith(image).events : []),
    }),
  };
}

async function* allPieces(events: readonly StreamEvent[]): AsyncGenerator<BodyPiece> {
  for (const { body } of events) yield* body;
}

function drawingsOf(form: OpenaiForm, input: InputImages | undefined): readonly Drawing[] {
  const prompt = textOf(form, 'prompt') ?? '';
  const automatic = input === undefined ? { width: 1024, height: 1024 } : nearestAllowedSize(input.size);
  const count = integerOf(form, 'n') ?? 1;
  const format = textOf(form, 'output_format');
  const drawing = {
    model: textOf(form, 'model') ?? '',
    prompt,
    ...(parseSize(textOf(form, 'size') ?? 'auto') ?? automatic),
    count,
    format: format === 'jpeg' || format === 'webp' ? format : 'png',
    compression: integerOf(form, 'output_compression') ?? 100,
    transparent: textOf(form, 'background') === 'transparent',
    inputs: input?.images ?? [],
    ...(input?.mask === undefined ? {} : { mask: input.mask }),
    // This API has variations only by prompt.
    vary: /variation/i.test(prompt),
  } as const;
  return Array.from({ length: count }, (_, index) => ({ ...drawing, index }));
}
