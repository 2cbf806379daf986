import type { KeyPage, KeyRegistry } from '../../domain/keys/key-registry.ts';

/** One page of the stage's keys, at most `limit` of them, from after the key with that id where one is given. */
export const listKeys = (
  { registry }: { readonly registry: Pick<KeyRegistry, 'list'> },
  page: { readonly limit: number; readonly after?: string },
): Promise<KeyPage> => registry.list(page.limit, page.after);
