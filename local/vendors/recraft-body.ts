/**
 * Recraft's two formats of a request, which are interchangeable: JSON with addresses of images, or a form with the
 * images themselves. Source: recraft.ai/docs/api-reference/image-inputs-and-results. The fields of a form are text, so
 * numbers are read from it.
 */
import type { ReceivedBody, ReceivedFile } from './received-request.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** A request with the fields of the JSON format, whichever it came in. */
export interface RecraftBody {
  readonly fields: Fields;
  /** Under the names of the fields that hold their addresses. */
  readonly files: readonly ReceivedFile[];
}

const numbers = ['n', 'random_seed', 'strength', 'expand_left', 'expand_top', 'expand_right', 'expand_bottom'];
const structures = ['controls', 'text_layout'];

/** Reads it; undefined for a body that is neither. */
export function recraftBody(body: ReceivedBody): RecraftBody | undefined {
  if (body.kind === 'multipart') {
    const files = body.files.map((file) => ({ ...file, field: `${file.field}_url` }));
    const texts = [...body.fields].map(([name, values]) => [name, read(name, values[0] ?? '')]);
    // The schema sees each image as a text.
    const images = files.map(({ field }) => [field, 'a file']);
    return { fields: Object.fromEntries([...texts, ...images]), files };
  }
  if (body.kind !== 'json' || typeof body.value !== 'object' || body.value === null) return undefined;
  return { fields: body.value as Fields, files: body.files };
}

function read(name: string, text: string): unknown {
  if (numbers.includes(name)) return text.trim() === '' || Number.isNaN(Number(text)) ? text : Number(text);
  if (!structures.includes(name)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
