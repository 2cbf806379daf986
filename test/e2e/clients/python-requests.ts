/**
 * What Python's `openai` puts on the wire, in the order in which it does. Read off their sources:
 *
 * - openai/openai-python at 000f030, `src/openai/_base_client.py`: `_build_headers` (the key, then the defaults, then the retry
 *   count and the read timeout), `platform_headers`, `_serialize_multipartform` (numbers and booleans become text by `_qs.py`,
 *   lists get brackets); `_files.py` (tuples are sent as they are, a path by its last name); `resources/images.py` (the order of
 *   fields; `image` alone or `image[]` for a list); `_legacy_response.py` (`with_raw_response`).
 * - encode/httpx at b5addb6, `_client.py` and `_models.py`: what the client sets by itself stands before what a request sets,
 *   `Host` before all, what the body needs at the end; `_multipart.py`: a boundary of 32 hexadecimal digits without dashes of its
 *   own, fields before files, bytes without a name are called `upload`, the type guessed from the name.
 * - encode/httpcore and h11: names keep their case; the head and each piece of the body are written one by one.
 *
 * Versions, platform and boundary are those of one machine; what a request has of them changes nothing else.
 */

export interface PythonCall {
  readonly origin: string;
  readonly key: string;
  /** How often this very call was made before, by the client itself. @default 0 */
  readonly retries?: number;
  /** By `with_raw_response`. @default false */
  readonly raw?: boolean;
  /** `extra_headers`. */
  readonly headers?: readonly (readonly [name: string, value: string])[];
}

/** A file as the caller gave it. */
export type PythonFile =
  | { readonly given: 'open'; readonly path: string; readonly bytes: Buffer }
  | { readonly given: 'bytes'; readonly bytes: Buffer }
  | { readonly given: 'tuple'; readonly name: string; readonly bytes: Buffer; readonly type: string };

const head = (
  call: PythonCall,
  line: string,
  typed: readonly (readonly [string, string])[],
  body: readonly (readonly [string, string])[],
): Buffer => {
  const { host } = new URL(call.origin);
  const lines: readonly (readonly [string, string])[] = [
    ['Host', host],
    ['Accept-Encoding', 'gzip, deflate'],
    ['Connection', 'keep-alive'],
    ['Authorization', `Bearer ${call.key}`],
    ['Accept', 'application/json'],
    ...typed,
    ['User-Agent', 'OpenAI/Python 2.8.1'],
    ['X-Stainless-Lang', 'python'],
    ['X-Stainless-Package-Version', '2.8.1'],
    ['X-Stainless-OS', 'Linux'],
    ['X-Stainless-Arch', 'x64'],
    ['X-Stainless-Runtime', 'CPython'],
    ['X-Stainless-Runtime-Version', '3.12.3'],
    ['X-Stainless-Async', 'false'],
    ...(call.raw ? ([['X-Stainless-Raw-Response', 'true']] as const) : []),
    ...(call.headers ?? []),
    ['x-stainless-retry-count', String(call.retries ?? 0)],
    ['x-stainless-read-timeout', '600'],
    ...body,
  ];
  const text = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return Buffer.from(`${line} HTTP/1.1\r\n${text}\r\n`);
};

/** A call without a body. */
export const pythonGet = (call: PythonCall, path: string): readonly Buffer[] => [head(call, `GET ${path}`, [], [])];

/** A call with a JSON body, as the pieces that are written one by one. */
export function pythonJson(call: PythonCall, path: string, body: object): readonly Buffer[] {
  const bytes = Buffer.from(JSON.stringify(body));
  const typed = [['Content-Type', 'application/json']] as const;
  return [head(call, `POST ${path}`, typed, [['Content-Length', String(bytes.length)]]), bytes];
}

const boundary = '3f9c1d0be27a4c66a1f00d5be8c94172';

/** A call with a form, as the pieces that are written one by one. Fields that were not given are not sent. */
export function pythonForm(
  call: PythonCall,
  path: string,
  fields: Readonly<Record<string, string | number | boolean>>,
  files: readonly (readonly [field: string, file: PythonFile])[],
): readonly Buffer[] {
  const parts = [
    ...Object.entries(fields).flatMap(([name, value]) => part([['name', name]], undefined, Buffer.from(`${value}`))),
    ...files.flatMap(([field, file]) => filePart(field, file)),
    Buffer.from(`--${boundary}--\r\n`),
  ];
  const length = parts.reduce((sum, { length: bytes }) => sum + bytes, 0);
  const described = [
    ['Content-Length', String(length)],
    ['Content-Type', `multipart/form-data; boundary=${boundary}`],
  ] as const;
  return [head(call, `POST ${path}`, [], described), ...parts];
}

function filePart(field: string, file: PythonFile): readonly Buffer[] {
  const { bytes } = file;
  if (file.given === 'tuple') {
    const named = [
      ['name', field],
      ['filename', file.name],
    ] as const;
    return part(named, file.type, bytes);
  }
  const name = file.given === 'open' ? (file.path.split('/').at(-1) ?? '') : 'upload';
  const type = name.endsWith('.png') ? 'image/png' : 'application/octet-stream';
  const named = [
    ['name', field],
    ['filename', name],
  ] as const;
  return part(named, type, bytes);
}

function part(
  parameters: readonly (readonly [string, string])[],
  type: string | undefined,
  bytes: Buffer,
): readonly Buffer[] {
  const disposition = parameters.map(([name, value]) => `; ${name}="${value.replaceAll('"', '%22')}"`).join('');
  const typeLine = type === undefined ? '' : `\r\nContent-Type: ${type}`;
  return [
    Buffer.from(`--${boundary}\r\n`),
    Buffer.from(`Content-Disposition: form-data${disposition}${typeLine}\r\n\r\n`),
    bytes,
    Buffer.from('\r\n'),
  ];
}
