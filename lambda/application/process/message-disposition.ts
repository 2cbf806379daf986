/**
 * Disposition of a wake-up message (acknowledge or retry). `delete`: it is no longer needed. `retry`: it stays hidden for that
 * many seconds and is then redelivered.
 */
export type Disposition = { readonly action: 'delete' } | { readonly action: 'retry'; readonly afterSeconds: number };

export const deleteMessage: Disposition = { action: 'delete' };
export const retryAfter = (afterSeconds: number): Disposition => ({
  action: 'retry',
  afterSeconds: Math.max(1, Math.ceil(afterSeconds)),
});
