import { limits } from '../limits.ts';
import { callerErrors, ownerParameter, type Route } from '../route.ts';

const path = '/v1/admin/virtual-keys';

const common = { function: 'manage-keys', credential: true, forAdmins: true, streamed: false } as const;
const adminErrors = [...callerErrors, 'admin_required'] as const;
const bodyErrors = [
  'invalid_request',
  'invalid_value',
  'unknown_provider',
  'payload_too_large',
  'unsupported_media_type',
] as const;

/** The routes by which admins manage virtual keys. */
export const keyRoutes = [
  {
    ...common,
    id: 'create-key',
    method: 'POST',
    path,
    summary: 'Create a virtual key',
    request: 'VirtualKeyCreation',
    answers: { 201: { body: 'made_key', description: 'The key with its credential, which is shown only once.' } },
    errors: [...adminErrors, ...bodyErrors, 'missing_field'],
  },
  {
    ...common,
    id: 'list-keys',
    method: 'GET',
    path,
    summary: 'List the virtual keys, in no particular order',
    query: [
      {
        name: 'limit',
        description: 'Maximum number of keys; 50 if absent.',
        schema: { type: 'integer', minimum: 1, maximum: limits.listedKeys },
      },
      { name: 'cursor', description: 'The `next_cursor` of the previous page.', schema: { type: 'string' } },
    ],
    answers: { 200: { body: 'virtual_keys', description: 'One page of keys.' } },
    errors: [...adminErrors, 'invalid_value'],
  },
  {
    ...common,
    id: 'show-key',
    method: 'GET',
    path: `${path}/{key_id}`,
    summary: 'Show a virtual key and its usage',
    answers: { 200: { body: 'virtual_key', description: 'The key, without its credential.' } },
    errors: [...adminErrors, 'not_found'],
  },
  {
    ...common,
    id: 'update-key',
    method: 'PATCH',
    path: `${path}/{key_id}`,
    summary: 'Change, block or unblock a virtual key',
    request: 'VirtualKeyChange',
    answers: {
      200: {
        body: 'virtual_key',
        description:
          'The changed key; lists and objects are replaced as a whole. The change takes effect everywhere within five seconds.',
      },
    },
    errors: [...adminErrors, ...bodyErrors, 'not_found'],
  },
  {
    ...common,
    id: 'rotate-key',
    method: 'POST',
    path: `${path}/{key_id}/rotate`,
    summary: 'Rotate the credential of a virtual key',
    request: 'VirtualKeyRotation',
    answers: { 200: { body: 'made_key', description: 'The key with its new credential, which is shown only once.' } },
    errors: [
      ...adminErrors,
      ...(['invalid_request', 'invalid_value', 'payload_too_large', 'unsupported_media_type', 'not_found'] as const),
    ],
  },
  {
    ...common,
    id: 'delete-key',
    method: 'DELETE',
    path: `${path}/{key_id}`,
    summary: 'Delete a virtual key, with all that it owns if requested',
    query: [
      {
        name: 'purge',
        description: 'Whether to delete all jobs, images and files of the key, too; false if absent.',
        schema: { type: 'boolean' },
      },
    ],
    answers: {
      200: {
        body: 'deleted_key',
        description: 'The key is deleted: its credentials stop working within five seconds.',
      },
    },
    errors: [...adminErrors, 'invalid_value', 'not_found'],
  },
] as const satisfies readonly Route[];

export type KeyRouteId = (typeof keyRoutes)[number]['id'];

/** The route by which callers see their own usage, and admins everybody's. */
export const usageRoute = {
  id: 'show-usage',
  method: 'GET',
  path: '/v1/usage',
  function: 'show-usage',
  summary: "Show the caller's usage: open jobs, rate limits, budgets and spending",
  credential: true,
  streamed: false,
  query: [ownerParameter('whose usage')],
  answers: { 200: { body: 'usage', description: 'The usage of the current windows.' } },
  errors: [...callerErrors, 'invalid_value', 'admin_required', 'not_found'],
} as const satisfies Route;
