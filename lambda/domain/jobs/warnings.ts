import { cutText } from '../bytes/bounded-text.ts';
import type { Warning } from '../generation.ts';
import { itemLimits } from './item-limits.ts';

/**
 * A job's warnings with those of a further request: what it says anew, of bounded length, and `max` at most. Where there are
 * more, the last one says how many; a word on missing images is never among those left out.
 */
export function withWarnings(
  kept: readonly Warning[],
  further: readonly Warning[],
  max: number = itemLimits.warnings,
): readonly Warning[] {
  const known = new Set(kept.map((warning) => JSON.stringify(warning)));
  const fresh = further.map(bounded).filter((warning) => !known.has(JSON.stringify(warning)));
  const all = [...kept, ...fresh];
  const told = all.filter(({ code }) => code !== 'warnings_omitted');
  // A request like the one before it leaves out the same ones.
  const omitted = Math.max(0, ...all.map(({ count }) => count ?? 0));
  if (omitted === 0 && told.length <= max) return told;
  const room = Math.max(0, max - 1);
  const missing = told.filter(isOfImages).slice(0, room);
  const others = told.filter((warning) => !isOfImages(warning));
  const shown = others.slice(0, room - missing.length);
  return [...shown, ...missing, omission(omitted + others.length - shown.length)];
}

const isOfImages = ({ code }: Warning): boolean => code === 'images_missing';

const omission = (count: number): Warning => ({
  code: 'warnings_omitted',
  message: `${count} further ${count === 1 ? 'warning is' : 'warnings are'} left out.`,
  count,
});

const bounded = ({ message, param, ...rest }: Warning): Warning => ({
  ...rest,
  ...(param === undefined ? {} : { param: cutText(param, itemLimits.paramBytes) }),
  message: cutText(message, itemLimits.warningMessageBytes),
});
