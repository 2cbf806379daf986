import type { Budget } from '../../../domain/keys/key-limits.ts';
import type { Micros } from '../../../domain/money/micros.ts';
import type { ModelSum } from '../../../domain/usage/model-sums.ts';
import type { Reservation } from '../../../domain/usage/usage.ts';
import { currentWindowsOf, windowsAt } from '../../../domain/usage/windows.ts';
import { budgetConditions } from './limit-conditions.ts';
import { shortId } from './short-id.ts';
import { number, placeholders, type Update } from './update.ts';
import { countAttribute, microsAttribute, modelAttribute, sumAttribute } from './usage-item.ts';

/** That the reservation holds what it held when it was read: compare-and-set, so that each change is made once. */
const unchanged = ({ micros }: Reservation): string =>
  micros === 0 ? 'attribute_exists(#open.#nonce) AND attribute_not_exists(#open.#nonce.#r)' : '#open.#nonce.#r = :r';

const namesOf = ({ nonce }: Reservation) => ({ '#open': 'open', '#nonce': shortId(nonce), '#r': microsAttribute });

const valuesOf = ({ micros }: Reservation) => (micros === 0 ? {} : { ':r': number(micros) });

/** Raises a reservation, if each budget has room for the difference. */
export function raising(reservation: Reservation, micros: Micros, budgets: readonly Budget[]): Update {
  const windows = windowsAt(reservation.at);
  const more = micros - reservation.micros;
  const { conditions, values } = budgetConditions(windows, budgets, more);
  return {
    UpdateExpression: `SET #open.#nonce.#r = :raised ADD ${windows.map((_, index) => `#m${index} :more`).join(', ')}`,
    ConditionExpression: [unchanged(reservation), ...conditions].join(' AND '),
    ExpressionAttributeNames: { ...namesOf(reservation), ...placeholders('m', windows.map(sumAttribute)) },
    ExpressionAttributeValues: {
      ...valuesOf(reservation),
      ...{ ':raised': number(micros), ':more': number(more) },
      ...values,
    },
  };
}

/** Ends a reservation: so much is spent in its windows instead of what was reserved, and these sums by model grow. */
export function settling(reservation: Reservation, spent: Micros, models: readonly ModelSum[]): Update {
  const sums = changedSums(reservation, spent);
  const adds = [...sums.adds, ...models.map((_, index) => `#d${index} :d${index}`)];
  return {
    ...ending(reservation, adds),
    ExpressionAttributeNames: {
      ...namesOf(reservation),
      ...sums.names,
      ...placeholders('d', models.map(modelAttribute)),
    },
    ...withValues({
      ...valuesOf(reservation),
      ...sums.values,
      ...Object.fromEntries(models.map(({ micros }, index) => [`:d${index}`, number(micros)])),
    }),
  };
}

/** Ends a reservation as if there had been none, and takes its submission out of the counts that are current at `now`. */
export function refunding(reservation: Reservation, now: number): Update {
  const counted = currentWindowsOf(reservation.at, now);
  const sums = changedSums(reservation, 0);
  const adds = [...sums.adds, ...counted.map((_, index) => `#c${index} :less`)];
  return {
    ...ending(reservation, adds),
    ExpressionAttributeNames: {
      ...namesOf(reservation),
      ...sums.names,
      ...placeholders('c', counted.map(countAttribute)),
    },
    ...withValues({
      ...valuesOf(reservation),
      ...sums.values,
      ...(counted.length > 0 ? { ':less': number(-1) } : {}),
    }),
  };
}

/** DynamoDB refuses a clause without anything in it. */
const ending = (reservation: Reservation, adds: readonly string[]): Update => ({
  UpdateExpression: `REMOVE #open.#nonce${adds.length > 0 ? ` ADD ${adds.join(', ')}` : ''}`,
  ConditionExpression: unchanged(reservation),
});

/** The same holds for a map of values. */
const withValues = (values: NonNullable<Update['ExpressionAttributeValues']>): Update =>
  Object.keys(values).length > 0 ? { ExpressionAttributeValues: values } : {};

/** How the sums of a reservation's windows change when it is ended with so much spent. */
function changedSums({ at, micros }: Reservation, spent: Micros) {
  const windows = spent === micros ? [] : windowsAt(at);
  return {
    adds: windows.map((_, index) => `#m${index} :more`),
    names: placeholders('m', windows.map(sumAttribute)),
    values: windows.length > 0 ? { ':more': number(spent - micros) } : {},
  };
}
