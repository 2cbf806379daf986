import { fileItem } from '../../../lambda/adapters/dynamo/files/file-item.ts';
import { sampleFile } from '../../support/sample-stored-file.ts';
import type { Planner } from './planned-request.ts';

const hour = 3600_000;

/** A request about a file whose record is in a state; of its object nothing is asked. */
const onAFile: Planner = ({ otherOwner }, { method, path }, state, owner) => {
  const createdAt = Date.now() - (state === 'expired' ? 2 * hour : 0);
  const file = sampleFile({
    ...{ createdAt, expiresAt: createdAt + hour },
    owner: state === 'of another owner' ? otherOwner : owner,
    state: state === 'awaited' ? 'awaited' : 'uploaded',
  });
  const id = state === 'malformed' ? file.id.toUpperCase() : file.id;
  return {
    path: path.replace('{file_id}', id),
    init: { method },
    rows: state === 'unknown' ? [] : [{ table: 'files', item: fileItem(file) }],
  };
};

/** How each kind of route about files is asked. */
export const filePlanners: Readonly<Record<string, Planner>> = {
  'show-file': onAFile,
  'delete-file': onAFile,
  'create-file': (_kit, { path }, state) => {
    const body = JSON.stringify({
      ...{ filename: 'cat.png', bytes: 9 },
      ...(state === 'announced' ? { content_type: 'image/png' } : {}),
    });
    return { path, init: { method: 'POST', body }, rows: [] };
  },
  'list-files': (_kit, { path }, state) => ({
    path: state === 'from the beginning' ? path : `${path}?after=none`,
    init: {},
    rows: [],
  }),
};
