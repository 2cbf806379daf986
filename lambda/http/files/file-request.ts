import { defaultPurpose, fileFormSchema, fileUploadSchema } from '../../contract/files/file.ts';
import { limits } from '../../contract/limits.ts';
import { GatewayError } from '../../domain/error-code.ts';
import type { FileOrder } from '../../domain/files/file-order.ts';
import { isFileId } from '../../domain/files/stored-file.ts';
import type { ApiRequest } from '../request/api-request.ts';
import { bodyTypeOf } from '../request/body-type.ts';
import { checkedFields } from '../request/checked-fields.ts';
import { beginsLikeJson, checkBodySize, dropNulls, jsonMembers, noBody } from '../request/json-object.ts';
import { onlyValueOf, type Query, readLimit, refuseOthers, wrongQuery } from '../request/query-value.ts';
import { readFileForm } from './file-form.ts';
import { cleanFileName } from './file-name.ts';

/** An upload: the file itself, or what is said of one that will be uploaded to the bucket. */
export type FileUpload =
  | { readonly kind: 'received'; readonly bytes: Uint8Array; readonly order: Omit<FileOrder, 'bytes'> }
  | { readonly kind: 'announced'; readonly contentType: string; readonly order: FileOrder };

/** Reads a form with a file, or the announcement of one in JSON. Throws GatewayError with a code of class 4xx, naming the field at fault. */
export async function readFileUpload(request: Pick<ApiRequest, 'body' | 'header'>): Promise<FileUpload> {
  const { body, header } = request;
  checkBodySize(body, announceIt);
  if (body.byteLength === 0) throw noBody();
  // Parsed as JSON whatever the content type, unless it is a form: many clients send none, or a wrong one.
  if (bodyTypeOf(request) !== 'multipart/form-data') {
    if (!beginsLikeJson(body)) throw new GatewayError('invalid_request', neither);
    return announced(request);
  }
  const { file, fields } = await readFileForm(body.bytes(), header('content-type') ?? '');
  const { purpose, expires_after } = checkedFields(fileFormSchema, fields);
  const order = { filename: cleanFileName(file.filename), ...common(purpose, expires_after) };
  return { kind: 'received', bytes: file.bytes, order };
}

function announced({ body }: Pick<ApiRequest, 'body'>): FileUpload {
  const fields = checkedFields(fileUploadSchema, dropNulls(jsonMembers(body)));
  const { filename, bytes, content_type: contentType, purpose, expires_after } = fields;
  return {
    kind: 'announced',
    contentType,
    order: { filename: cleanFileName(filename), bytes, ...common(purpose, expires_after) },
  };
}

const common = (purpose = defaultPurpose, expiresAfter?: { readonly seconds: number }) => ({
  purpose,
  ...(expiresAfter === undefined ? {} : { lifetimeSeconds: expiresAfter.seconds }),
});

const neither =
  'The body is neither a form nor JSON. Send a form (`multipart/form-data`) with the part `file`, with curl by `-F file=@picture.png`, or JSON that announces the file: `{"filename", "bytes", "content_type"}`.';

const announceIt = `To upload a file of up to ${limits.fileBytes / 1e6} MB, send \`{"filename", "bytes", "content_type"}\` as JSON instead: the response has a form for the file.`;

const defaultListedFiles = 20;

/** Pagination parameters of a query. Throws `invalid_value`. */
export function readFilePage(request: Query): { readonly limit: number; readonly after?: string } {
  const { order: _, ...others } = request.queryValues;
  refuseOthers({ queryValues: others }, ['limit', 'after', 'cursor']);
  const limit = readLimit(request, { otherwise: defaultListedFiles, max: limits.listedFiles });
  if ((onlyValueOf(request, 'order') ?? 'desc') !== 'desc') {
    throw wrongQuery('order', 'must be desc: files are listed newest first');
  }
  const name = onlyValueOf(request, 'cursor') === undefined ? 'after' : 'cursor';
  if (name === 'cursor' && onlyValueOf(request, 'after') !== undefined) {
    throw wrongQuery('cursor', 'is another name of "after"; send one of them');
  }
  const after = onlyValueOf(request, name);
  if (after !== undefined && !isFileId(after)) throw wrongQuery(name, 'must be the `next_cursor` of another page');
  return { limit, ...(after === undefined ? {} : { after }) };
}
