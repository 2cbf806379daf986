/**
 * The rules for the parameters of a gpt-image request. Source: openai/openai-node `src/resources/images.ts`, and the
 * quotations named in `openai-errors.ts`.
 */
import { imageUserError, invalidParameter, openaiError } from './openai-errors.ts';
import {
  checkChoice,
  checkInteger,
  checkKnown,
  checkPrompt,
  firstRefusal,
  integerOf,
  type OpenaiForm,
  textOf,
  wrongType,
} from './openai-form.ts';
import { findOpenaiModel } from './openai-models.ts';
import { checkSize } from './openai-size.ts';
import type { WireAnswer } from './vendor-wire.ts';

const both = [
  'model',
  'prompt',
  'n',
  'size',
  'quality',
  'background',
  'output_format',
  'output_compression',
  'moderation',
  'user',
  'stream',
  'partial_images',
];

/** The parameters of each endpoint. `response_format` and `style` are DALL·E's, and refused since. */
export const openaiParameters = {
  generation: both,
  edit: [...both, 'input_fidelity', 'image', 'image[]', 'images', 'mask'],
} as const;

/** The model that a request without one means, which is gone: openai-node, `model` of ImageGenerateParamsBase. */
const defaultModel = 'dall-e-2';

/** The first rule that the parameters break, or undefined. */
export function checkParameters(
  form: OpenaiForm,
  known: readonly string[],
  served: readonly string[] | undefined,
): WireAnswer | undefined {
  const name = textOf(form, 'model') ?? defaultModel;
  const model = findOpenaiModel(name, served);
  if (model === undefined) return imageUserError(`The model '${name}' does not exist.`, 'invalid_value', 'model');
  return firstRefusal([
    () => checkKnown(form, model.complexities ? [...known, 'complexity'] : known),
    () => checkPrompt(form, 32_000),
    () => checkInteger(form, 'n', 1, 10),
    () => checkChoice(form, 'quality', model.qualities),
    () => checkChoice(form, 'complexity', model.complexities ?? []),
    () => checkChoice(form, 'background', ['transparent', 'opaque', 'auto']),
    () => checkChoice(form, 'output_format', ['png', 'jpeg', 'webp']),
    () => checkChoice(form, 'moderation', ['low', 'auto']),
    () => checkInteger(form, 'output_compression', 0, 100),
    () => checkInteger(form, 'partial_images', 0, 3),
    () => checkSizeParameter(form),
    () => checkTransparency(form, model.transparentBackground),
    () => checkCompression(form),
    () => checkFidelity(form, name),
    () => checkStream(form),
  ]);
}

function checkSizeParameter(form: OpenaiForm): WireAnswer | undefined {
  const value = form.values.get('size');
  if (value === undefined) return undefined;
  return typeof value === 'string' ? checkSize(value) : wrongType('size', 'a string', value);
}

function checkTransparency(form: OpenaiForm, supported: boolean): WireAnswer | undefined {
  if (textOf(form, 'background') !== 'transparent') return undefined;
  if (!supported) {
    return imageUserError('Transparent background is not supported for this model.', 'invalid_value', 'background');
  }
  if (textOf(form, 'output_format') !== 'jpeg') return undefined;
  const message = 'Transparent background is not supported for JPEG output format';
  return imageUserError(message, 'invalid_transparent_background_output_format');
}

function checkCompression(form: OpenaiForm): WireAnswer | undefined {
  const compression = integerOf(form, 'output_compression') ?? 100;
  if (compression === 100 || (textOf(form, 'output_format') ?? 'png') !== 'png') return undefined;
  const message = 'Compression less than 100 is not supported for PNG output format';
  return imageUserError(message, 'invalid_png_output_compression');
}

function checkFidelity(form: OpenaiForm, model: string): WireAnswer | undefined {
  if (!form.values.has('input_fidelity')) return undefined;
  const message = `The model '${model}' does not support the 'input_fidelity' parameter.`;
  return imageUserError(message, 'invalid_input_fidelity_model', 'input_fidelity');
}

/** Whether the answer is to be a stream of events. Call it after `checkParameters`. */
export function isStreamed(form: OpenaiForm): boolean {
  return [true, 'true'].includes(form.values.get('stream') as boolean | string);
}

/** The message about several images is quoted in theopenco/llmgateway issue 3963. */
function checkStream(form: OpenaiForm): WireAnswer | undefined {
  const value = form.values.get('stream');
  const booleans: readonly unknown[] = form.encoding === 'json' ? [true, false] : ['true', 'false'];
  if (value !== undefined && !booleans.includes(value)) return wrongType('stream', 'a boolean', value);
  if (isStreamed(form)) {
    const isSingle = (integerOf(form, 'n') ?? 1) === 1;
    return isSingle ? undefined : openaiError(400, { message: 'Streaming is only supported with n=1.' });
  }
  if (!form.values.has('partial_images')) return undefined;
  return invalidParameter("'partial_images' is only supported when 'stream' is true.", 'partial_images');
}
