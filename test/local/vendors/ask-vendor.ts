import sharp from 'sharp';
import type { VendorSimulator } from '../../../local/vendors/simulator.ts';

export const key = 'sk-test-1234';

export interface VendorAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: {
    readonly data?: readonly { readonly b64_json?: string; readonly url?: string }[];
    readonly error?: {
      readonly message: string;
      readonly type: string;
      readonly param: string | null;
      readonly code: string | null;
    };
    readonly [name: string]: unknown;
  };
}

/** Sends a JSON request to a vendor's endpoint below `/images`. */
export function askJson(
  simulator: VendorSimulator,
  endpoint: string,
  body: unknown,
  vendor = 'openai',
): Promise<VendorAnswer> {
  const headers = { 'content-type': 'application/json' };
  return ask(simulator, endpoint, { headers, body: JSON.stringify(body) }, vendor);
}

/** Sends a multipart request; each part is a text or a file. */
export function askForm(
  simulator: VendorSimulator,
  endpoint: string,
  parts: readonly (readonly [name: string, value: string | File])[],
  vendor = 'openai',
): Promise<VendorAnswer> {
  const form = new FormData();
  for (const [name, value] of parts) form.append(name, value);
  return ask(simulator, endpoint, { body: form }, vendor);
}

async function ask(
  simulator: VendorSimulator,
  endpoint: string,
  init: { headers?: Record<string, string>; body: string | FormData },
  vendor: string,
): Promise<VendorAnswer> {
  const response = await fetch(`${simulator.baseUrl(vendor)}/images/${endpoint}`, {
    method: 'POST',
    body: init.body,
    headers: { authorization: `Bearer ${key}`, ...init.headers },
    signal: AbortSignal.timeout(60_000),
  });
  const body = (await response.json()) as VendorAnswer['body'];
  return { status: response.status, headers: response.headers, body };
}

/** The images of an answer in base64. */
export function imagesOf(answer: VendorAnswer): Buffer[] {
  return (answer.body.data ?? []).map((item) => Buffer.from(item.b64_json ?? '', 'base64'));
}

/** A photograph of sorts: a gradient with some structure, so that resizing and mirroring show. */
export function photograph(width: number, height: number): Promise<Buffer> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><defs>
<linearGradient id="g" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="#c33"/><stop offset="1" stop-color="#27c"/></linearGradient></defs>
<rect width="100%" height="100%" fill="url(#g)"/><circle cx="${width / 4}" cy="${height / 3}" r="${height / 6}" fill="#fd5"/></svg>`;
  return sharp(Buffer.from(svg)).flatten().png().toBuffer();
}

/** A file part. */
export function filePart(content: Buffer, type = 'image/png', name = 'photo.png'): File {
  return new File([new Uint8Array(content)], name, { type });
}
