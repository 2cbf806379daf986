import { fileOf, formOf } from '../test/support/sample-files.ts';

/** Asks the gateway, at a path, with the caller's key; throws for an answer that is an error. */
export type Ask = (path: string, init: RequestInit) => Promise<Response>;

interface AnnouncedFile {
  readonly id: string;
  readonly upload: { readonly url: string; readonly fields: Readonly<Record<string, string>> };
}

/** Uploads what no direct body holds, as clients do: by a presigned form of the bucket. Gives the file's id. */
export async function uploadFile(ask: Ask, file: File): Promise<string> {
  const announced = await ask('/v1/files', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ filename: file.name, bytes: file.size, content_type: file.type }),
  });
  const { id, upload } = (await announced.json()) as AnnouncedFile;
  const bytes = new Uint8Array(await file.arrayBuffer());
  const body = formOf(...Object.entries(upload.fields), ['file', fileOf(bytes, file.name, file.type)]);
  const stored = await fetch(upload.url, { method: 'POST', body });
  if (!stored.ok) throw new Error(`The bucket answered with ${stored.status}: ${await stored.text()}`);
  return id;
}
