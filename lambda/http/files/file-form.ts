import { minLifetimeSeconds } from '../../contract/files/file.ts';
import { limits } from '../../contract/limits.ts';
import { GatewayError } from '../../domain/error-code.ts';
import type { JsonValue } from '../../domain/generation.ts';
import { type Fields, unknownField } from '../request/checked-fields.ts';
import { type FormPart, readMultipart } from '../request/multipart.ts';
import { partText } from '../request/part-text.ts';

/** A form that uploads a file. */
export interface FileForm {
  readonly file: Pick<FormPart, 'bytes'> & { readonly filename: string };
  /** By the contract's names; not validated yet. */
  readonly fields: Fields;
}

const filePart = 'file';
/** As the official SDKs write the object `expires_after` in a form. */
const lifetimeParts = { 'expires_after[anchor]': 'anchor', 'expires_after[seconds]': 'seconds' } as const;
const partNames = [filePart, 'purpose', ...Object.keys(lifetimeParts)];

/**
 * Reads a form with one file. Throws `missing_field` where it has none, `invalid_request` for an unknown part, one that comes twice
 * and a file's name that isn't UTF-8, `invalid_value` for seconds that are no whole number, `invalid_image` for an empty file, and
 * what `readMultipart` and `partText` throw.
 */
export async function readFileForm(body: Buffer, contentType: string): Promise<FileForm> {
  // An input that was left empty has neither a name nor bytes.
  const parts = (await readMultipart(body, contentType)).filter(
    ({ bytes, hasFilename }) => hasFilename || bytes.length > 0,
  );
  const names = new Set<string>();
  for (const { name } of parts) {
    if (!partNames.includes(name)) throw unknownField(name, partNames);
    if (names.has(name)) throw sentTwice(name);
    names.add(name);
  }
  const file = parts.find(({ name }) => name === filePart);
  if (!file) throw refusal('missing_field', 'The field "file" is required.');
  if (file.bytes.length === 0) throw refusal('invalid_image', 'The file in the part "file" is empty.');
  const { filename, bytes } = file;
  if (filename === undefined)
    throw refusal('invalid_request', 'The name of the file in the part "file" must be UTF-8.');
  return { file: { filename, bytes }, fields: fieldsOf(parts.filter((part) => part !== file)) };
}

const refusal = (code: 'missing_field' | 'invalid_image' | 'invalid_request', message: string): GatewayError =>
  new GatewayError(code, message, { param: filePart });

const sentTwice = (param: string): GatewayError =>
  new GatewayError('invalid_request', `The part "${param}" was sent more than once.`, { param });

function fieldsOf(parts: readonly FormPart[]): Fields {
  const texts = new Map(parts.map((part) => [part.name, partText(part)]));
  const purpose = texts.get('purpose');
  const lifetime = Object.entries(lifetimeParts).flatMap(([part, name]): [string, JsonValue][] => {
    const text = texts.get(part);
    return text === undefined ? [] : [[name, name === 'seconds' ? secondsIn(text, part) : text]];
  });
  return new Map<string, JsonValue>([
    ...(purpose === undefined ? [] : [['purpose', purpose] as const]),
    ...(lifetime.length === 0 ? [] : [['expires_after', Object.fromEntries(lifetime)] as const]),
  ]);
}

function secondsIn(text: string, part: string): number {
  if (/^\d{1,10}$/.test(text)) return Number(text);
  const message = `The part "${part}" must be a whole number of seconds from ${minLifetimeSeconds} to ${limits.fileRetentionSeconds}.`;
  throw new GatewayError('invalid_value', message, { param: 'expires_after' });
}
