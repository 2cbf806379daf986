import type { KeyLimits } from '../../../domain/keys/key-limits.ts';
import type { Reservation } from '../../../domain/usage/usage.ts';
import { latestPastAt, windowsAt } from '../../../domain/usage/windows.ts';
import { budgetConditions, rateConditions } from './limit-conditions.ts';
import { shortId } from './short-id.ts';
import { number, placeholders, type Update } from './update.ts';
import { countAttribute, reservationEntry, sumAttribute } from './usage-item.ts';

/**
 * The table may drop an owner's item so long after its last use. Reservations live for hours, and counts for two
 * months.
 */
const rememberedSeconds = 400 * 86_400;

/** Makes room for reservations where there is no item yet. */
export const opening: Update = {
  UpdateExpression: 'SET #open = if_not_exists(#open, :none)',
  ExpressionAttributeNames: { '#open': 'open' },
  ExpressionAttributeValues: { ':none': { M: {} } },
};

/**
 * Reserves and counts in one write. Each window has attributes of its own, so that a count starts from nothing with
 * its window; those of the windows before the last ones are dropped on the way, but for money: jobs may still be settled there.
 */
export function reserving(reservation: Reservation, limits: KeyLimits): Update {
  const { nonce, at, micros } = reservation;
  const windows = windowsAt(at);
  const past = latestPastAt(at);
  const rates = rateConditions(windows, limits.rateLimits);
  const budgets = budgetConditions(windows, limits.budgets, micros);
  const hasSums = micros > 0 || limits.budgets.length > 0;
  const adds = windows.flatMap((_, index) => [`#c${index} :one`, ...(hasSums ? [`#m${index} :micros`] : [])]);
  return {
    UpdateExpression:
      'SET #open.#nonce = :entry, #lastUsedAt = :at, #ttl = :ttl' +
      ` ADD ${adds.join(', ')} REMOVE ${past.map((_, index) => `#p${index}`).join(', ')}`,
    ConditionExpression: [
      'attribute_exists(#open) AND attribute_not_exists(#open.#nonce) AND size(#open) < :maxOpenJobs',
      ...rates.conditions,
      ...budgets.conditions,
    ].join(' AND '),
    ExpressionAttributeNames: {
      ...{ '#open': 'open', '#nonce': shortId(nonce), '#lastUsedAt': 'lastUsedAt', '#ttl': 'ttl' },
      ...placeholders('c', windows.map(countAttribute)),
      ...placeholders('p', past.map(countAttribute)),
      ...(hasSums ? placeholders('m', windows.map(sumAttribute)) : {}),
    },
    ExpressionAttributeValues: {
      ':entry': reservationEntry(reservation),
      ':at': number(at),
      ':ttl': number(Math.ceil(at / 1000) + rememberedSeconds),
      ':one': number(1),
      ':maxOpenJobs': number(limits.maxOpenJobs),
      ...(hasSums ? { ':micros': number(micros) } : {}),
      ...rates.values,
      ...budgets.values,
    },
    ReturnValues: 'UPDATED_NEW',
  };
}
