/**
 * What becomes of a wake-up message, once its job has been looked at. `delete`: it has done its work and is deleted.
 * `retry`: it stays hidden for that many seconds and is then delivered again.
 */
export type Disposition = { readonly action: 'delete' } | { readonly action: 'retry'; readonly afterSeconds: number };

export const deleteMessage: Disposition = { action: 'delete' };
export const retryAfter = (afterSeconds: number): Disposition => ({
  action: 'retry',
  afterSeconds: Math.max(1, Math.ceil(afterSeconds)),
});
