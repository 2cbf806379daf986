import { limits } from '../limits.ts';
import { callerErrors, type Route } from '../route.ts';

const path = '/v1/files';

const common = { function: 'manage-files', credential: true, streamed: false } as const;

/** The routes by which callers upload files to be inputs of their jobs, and see and delete them. */
export const fileRoutes = [
  {
    ...common,
    id: 'create-file',
    method: 'POST',
    path,
    summary: 'Upload a file, or get a form to upload a large one',
    request: 'FileUpload',
    answers: {
      201: { body: 'made_file', description: 'The file; if it was announced, with the form to upload it by.' },
    },
    errors: [
      ...callerErrors,
      ...(['invalid_request', 'invalid_value', 'missing_field', 'invalid_image'] as const),
      ...(['payload_too_large', 'unsupported_media_type'] as const),
    ],
  },
  {
    ...common,
    id: 'list-files',
    method: 'GET',
    path,
    summary: "List the caller's files, newest first",
    query: [
      {
        name: 'limit',
        description: 'Maximum number of files; 20 if absent.',
        schema: { type: 'integer', minimum: 1, maximum: limits.listedFiles },
      },
      {
        name: 'after',
        description: 'The `next_cursor` of the previous page: the id of its last file.',
        schema: { type: 'string' },
      },
      { name: 'cursor', description: 'Another name of `after`.', schema: { type: 'string' } },
      {
        name: 'order',
        description: 'Only `desc`, newest first.',
        schema: { type: 'string', enum: ['desc'] },
      },
    ],
    answers: { 200: { body: 'files', description: 'One page of files.' } },
    errors: [...callerErrors, 'invalid_value'],
  },
  {
    ...common,
    id: 'show-file',
    method: 'GET',
    path: `${path}/{file_id}`,
    summary: 'Show a file, without its content',
    answers: { 200: { body: 'file', description: 'The file.' } },
    errors: [...callerErrors, 'not_found'],
  },
  {
    ...common,
    id: 'delete-file',
    method: 'DELETE',
    path: `${path}/{file_id}`,
    summary: 'Delete a file',
    answers: {
      200: {
        body: 'deleted_file',
        description: 'The file is deleted. Jobs that it was submitted to keep their copies.',
      },
    },
    errors: [...callerErrors, 'not_found'],
  },
] as const satisfies readonly Route[];

export type FileRouteId = (typeof fileRoutes)[number]['id'];
