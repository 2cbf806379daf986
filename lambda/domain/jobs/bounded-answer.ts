import { cutText, cutTogether, jsonTextBytes } from '../bytes/bounded-text.ts';
import { ProviderFailure } from '../failure.ts';
import type { Usage } from '../generation.ts';
import { isCost } from '../money/micros.ts';
import type { Finished, ProviderImage, Waiting } from '../provider.ts';
import type { Ledger } from './attempt.ts';
import { itemLimits } from './item-limits.ts';
import { messageRoom } from './ledger.ts';
import { withWarnings } from './warnings.ts';

// Where what a provider says becomes the gateway's own data: nothing of it is believed to be short.

/** What share of a job a request is for. */
export interface ShareOfJob {
  readonly imagesAsked: number;
  readonly imagesWanted: number;
}

/**
 * A provider's answer, of bounded size. Throws ProviderFailure `unknown_outcome` for a ticket that is too large to be kept:
 * the provider is working, and the work can't be polled.
 */
export function boundedAnswer(said: Finished | Waiting, share: ShareOfJob): Finished | Waiting {
  switch (said.status) {
    case 'finished':
      return boundedResult(said, share);
    case 'waiting':
      return boundedTicket(said);
  }
}

function boundedResult(said: Finished, share: ShareOfJob): Finished {
  const { images, usage, cost, background, quality, warnings, status } = said;
  const counted = usage && boundedUsage(usage);
  return {
    status,
    // The job asked for no more.
    images: withBoundedPrompts(images.slice(0, itemLimits.images), share),
    ...(counted === undefined ? {} : { usage: counted }),
    ...(cost !== undefined && isCost(cost) ? { cost } : {}),
    ...word('background', background),
    ...word('quality', quality),
    warnings: withWarnings([], warnings),
  };
}

/** The images' revised prompts take their share of what a job may keep; they are cut where that is not enough. */
function withBoundedPrompts(images: readonly ProviderImage[], share: ShareOfJob): readonly ProviderImage[] {
  const ofRequest = Math.min(1, share.imagesAsked / Math.max(1, share.imagesWanted));
  const texts = images.map(({ revisedPrompt = '' }) => revisedPrompt);
  const kept = cutTogether(texts, Math.floor(itemLimits.revisedPromptBytes * ofRequest));
  return images.map(({ revisedPrompt: _, ...image }, index) =>
    kept[index] ? { ...image, revisedPrompt: kept[index] } : image,
  );
}

const word = <Name extends string>(name: Name, said: string | undefined): { readonly [name in Name]?: string } =>
  (said === undefined ? {} : { [name]: cutText(said, itemLimits.saidBytes) }) as { readonly [name in Name]?: string };

type Counts = Readonly<Record<string, unknown>>;
const countNames = ['input_tokens', 'output_tokens', 'total_tokens'] as const;
const detailNames = ['input_tokens_details', 'output_tokens_details'] as const;
const tokenNames = ['image_tokens', 'text_tokens'] as const;

/** Counts under the contract's names, and nothing else. */
function boundedUsage(usage: Usage): Usage {
  const counts = usage as Counts;
  const details = detailNames.flatMap((name) => {
    const detail = counts[name];
    return typeof detail === 'object' && detail !== null ? [[name, countsOf(detail as Counts, tokenNames)]] : [];
  });
  return { ...countsOf(counts, countNames), ...Object.fromEntries(details) };
}

function countsOf(counts: Counts, names: readonly string[]): Readonly<Record<string, number>> {
  const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
  return Object.fromEntries(names.flatMap((name) => (isCount(counts[name]) ? [[name, counts[name]]] : [])));
}

function boundedTicket(said: Waiting): Waiting {
  if (jsonTextBytes(JSON.stringify(said.ticket)) <= itemLimits.ticketBytes) return said;
  throw new ProviderFailure(
    'unknown_outcome',
    'The provider accepted the work, but its ticket is too large to store, so the work can not be polled.',
  );
}

/** What a ledger entry keeps of a failure. */
export interface KeptFailure {
  readonly message: string;
  readonly param?: string;
  readonly statusCode?: number;
}

/** A failure as a ledger keeps it, of bounded size. */
export function keptFailure({ message, param, statusCode }: ProviderFailure, ledger: Ledger): KeptFailure {
  const isStatus = Number.isInteger(statusCode) && statusCode !== undefined && statusCode >= 100 && statusCode <= 999;
  return {
    message: cutText(message, messageRoom(ledger)),
    ...(param === undefined ? {} : { param: cutText(param, itemLimits.paramBytes) }),
    ...(isStatus ? { statusCode } : {}),
  };
}
