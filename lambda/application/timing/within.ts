import type { Timers } from '../../domain/ports.ts';

/** What a promise gives in time; undefined where it is late. One that is there already is never late. */
export async function within<Value>(
  timers: Timers,
  milliseconds: number,
  asked: Promise<Value>,
): Promise<Value | undefined> {
  let cancel = (): void => {};
  const late = new Promise<undefined>((resolve) => {
    cancel = timers.after(milliseconds, () => resolve(undefined));
  });
  try {
    return await Promise.race([asked, late]);
  } finally {
    cancel();
  }
}
