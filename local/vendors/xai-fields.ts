/** The fields of xAI's requests, and its rules for them. Sources: those of `xai.ts`. */

/** What xAI serves. */
export const defaultModels = ['grok-imagine-image', 'grok-imagine-image-2.0'];
const ratios = '1:1 3:4 4:3 9:16 16:9 2:3 3:2 9:19.5 19.5:9 9:20 20:9 1:2 2:1 auto'.split(' ');
/** What the newest model has besides. https://docs.x.ai/developers/migration/imagine-image-quality-nov-2 */
const isNewest = (model: string): boolean => model.endsWith('2.0');
const ratiosOf = (model: string): readonly string[] => (isNewest(model) ? [...ratios, '21:9', '5:2'] : ratios);
/** How many images an edit takes, at most. */
export const maxInputsOf = (model: string): number => (isNewest(model) ? 5 : 3);
/** The edge of a square picture of each resolution, in pixels. */
export const edges: Readonly<Record<string, number>> = { '1k': 1024, '2k': 2048 };
/** What a generation takes. */
export const generationFields = 'model prompt n response_format aspect_ratio resolution quality user'.split(' ');
/** What an edit takes. */
export const editFields = [...generationFields, 'image', 'images'];

/** A request's fields by name. */
export type Fields = Readonly<Record<string, unknown>>;

/** The fields of a parsed body; none where it is no object. */
export const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null ? (value as Fields) : {};

type Wrong = readonly [status: number, error: string];

/** The first rule that the fields violate, as a status and xAI's message. */
export function wrongField(fields: Fields, known: readonly string[], models: readonly string[]): Wrong | undefined {
  const unexpected = Object.keys(fields).find((name) => !known.includes(name));
  if (unexpected !== undefined) return [400, `Argument not supported: ${unexpected}`];
  const { model, prompt, n = 1, response_format = 'url', aspect_ratio = 'auto', resolution = '1k', quality } = fields;
  if (typeof model !== 'string' || !models.includes(model)) return [404, `The model ${String(model)} does not exist.`];
  if (typeof prompt !== 'string' || prompt === '') return [400, 'A prompt is required.'];
  if (!Number.isInteger(n) || Number(n) < 1 || Number(n) > 10) return [400, 'n must be between 1 and 10.'];
  if (!ratiosOf(model).includes(String(aspect_ratio))) return [400, `Invalid aspect_ratio: ${String(aspect_ratio)}`];
  if (!Object.hasOwn(edges, String(resolution))) return [400, `Invalid resolution: ${String(resolution)}`];
  if (!['url', 'b64_json'].includes(String(response_format))) return [400, 'Invalid response_format.'];
  const qualities = isNewest(model) ? ['auto', 'low', 'medium'] : [];
  return quality === undefined || qualities.includes(String(quality)) ? undefined : [400, 'Invalid quality.'];
}
