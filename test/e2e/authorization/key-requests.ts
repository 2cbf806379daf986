import { randomUUID } from 'node:crypto';
import type { Planner } from './planned-request.ts';
import { type KeyToStore, keyWithItems } from './stored-keys.ts';
import type { Row } from './stored-rows.ts';

/** How each state of the matrix in which there is a virtual key is brought about. */
const states: Readonly<Record<string, KeyToStore>> = {
  'a key': {},
  'a blocked key': { active: false },
  'an expired key': { expiresAt: Date.now() - 1000 },
  'a deleted key': { isDeleted: true },
  'no id of a key': {},
};

const json = { 'content-type': 'application/json' };

const rowsOf = (items: readonly Row['item'][]): readonly Row[] => items.map((item) => ({ table: 'keys', item }));

const newName = (): string => `matrix ${randomUUID()}`;

/** A request about one key, with that body where it has one. */
const onAKey =
  (body?: object): Planner =>
  (_kit, { method, path }, state) => {
    const { key, items } = keyWithItems(newName(), states[state]);
    const id = state === 'no id of a key' ? key.id.toUpperCase() : key.id;
    return {
      path: path.replace('{key_id}', id),
      init: { method, ...(body === undefined ? {} : { headers: json, body: JSON.stringify(body) }) },
      rows: state === 'an unknown key' ? [] : rowsOf(items),
    };
  };

/** How the routes for virtual keys are asked about a state. */
export const keyPlanners: Readonly<Record<string, Planner>> = {
  'show-key': onAKey(),
  'update-key': onAKey({ result_ttl: 60 }),
  'rotate-key': onAKey({ overlap_seconds: 60 }),
  'delete-key': onAKey(),
  'list-keys': (_kit, { path }) => ({ path, init: {}, rows: [] }),
  'create-key': (_kit, { method, path }, state) => {
    const { key, items } = keyWithItems(newName());
    const name = { 'a free name': newName(), 'a taken name': key.name, 'no name': 7 }[state];
    return { path, init: { method, headers: json, body: JSON.stringify({ name }) }, rows: rowsOf(items) };
  },
};
