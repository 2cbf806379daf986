/**
 * Requests to fal, at the queue and at the synchronous host alike. Sources: as those of `fal.ts`. The simulator has no
 * network access, so of the URLs of inputs only `data:` URIs work.
 */
import sharp from 'sharp';
import { detailAnswer, fieldAnswer, fieldsOf, integerIn, textIn } from './detail-errors.ts';
import type { Drawing } from './drawing.ts';
import { type PlacedInput, placedInput } from './fal-inputs.ts';
import { falModels } from './fal-models.ts';
import type { ReceivedRequest } from './received-request.ts';
import type { RequestFacts, WireAnswer } from './vendor-wire.ts';

const modelOf = ({ path }: ReceivedRequest): string => path.slice(1);

/** The paths of endpoints: an owner, an app, and up to four names below it. */
export const endpointPaths = ['', '/:p', '/:p/:q', '/:p/:q/:r', '/:p/:q/:r/:s'].map((below) => `/:o/:a${below}`);

/** What the ledger shows of a request. */
export const describeFal = (request: ReceivedRequest): RequestFacts => ({
  model: modelOf(request).replace(/\/(edit|text-to-image)$/, ''),
  prompt: textIn(fieldsOf(request.body), 'prompt') ?? '',
});

/** Validates a request as fal would. Returns the images to draw, at least one, or the refusal. */
export async function checkFal(request: ReceivedRequest): Promise<readonly Drawing[] | WireAnswer> {
  const model = modelOf(request);
  const rules = falModels[model];
  if (rules === undefined) return detailAnswer(404, `Application '${model}' not found`);
  const fields = fieldsOf(request.body) ?? {};
  const files = request.body.kind === 'json' ? request.body.files : [];
  const unknown = Object.keys(fields).find((name) => !rules.fields.includes(name));
  if (unknown !== undefined) return fieldAnswer(unknown, 'Extra inputs are not permitted', 'extra_forbidden');
  const missing = rules.needs.find((name) => !Object.hasOwn(fields, name));
  if (missing !== undefined) return fieldAnswer(missing, 'Field required', 'missing');
  if ('image_url' in fields && !files.some(({ field }) => field === 'image_url')) return unread('image_url');
  if (Array.isArray(fields.image_urls) && files.length !== fields.image_urls.length) return unread('image_urls');
  const input = await placedInput(rules, fields, files);
  return 'status' in input ? input : drawingsOf(model, fields, input);
}

export const isRefusal = (value: readonly Drawing[] | WireAnswer): value is WireAnswer => 'status' in value;

const unread = (field: string): WireAnswer => fieldAnswer(field, 'Failed to download the file', 'file_download_error');

async function drawingsOf(
  model: string,
  fields: Record<string, unknown>,
  { inputs, mask }: PlacedInput,
): Promise<readonly Drawing[]> {
  const rules = falModels[model];
  const [input] = inputs;
  const own = input === undefined ? { width: 1024, height: 768 } : await sharp(input).metadata();
  const prompt = textIn(fields, 'prompt') ?? '';
  const count = integerIn(fields, 'num_images') ?? 1;
  const drawing = {
    model,
    prompt,
    ...sizeOf(fields, own),
    count,
    format:
      rules?.single || rules?.extends
        ? 'png'
        : fields.output_format === 'png' || fields.output_format === 'webp'
          ? fields.output_format
          : 'jpeg',
    compression: 95,
    transparent: rules?.single === true,
    inputs,
    ...(mask === undefined ? {} : { mask }),
    vary: rules?.varies === true || /variation/i.test(prompt),
  } as const;
  return Array.from({ length: count }, (_, index) => ({ ...drawing, index }));
}

/** The requested size, or the requested shape at about a megapixel, or the size of the input. */
function sizeOf(fields: Record<string, unknown>, own: { width: number; height: number }) {
  const asked = fields.image_size as { width?: number; height?: number } | undefined;
  if (asked?.width !== undefined && asked.height !== undefined) return { width: asked.width, height: asked.height };
  const resolution = Number.parseFloat(textIn(fields, 'resolution') ?? '1') || 1;
  const [across = 0, down = 0] = (textIn(fields, 'aspect_ratio') ?? '').split(':').map(Number);
  if (!(across > 0 && down > 0)) return { width: own.width, height: own.height };
  const edge = (part: number) => Math.round((1024 * resolution * Math.sqrt(part)) / 16) * 16;
  return { width: edge(across / down), height: edge(down / across) };
}
