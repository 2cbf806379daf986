import { budgetRefusalOf } from '../../../domain/usage/budgets.ts';
import { modelSumsOf } from '../../../domain/usage/model-sums.ts';
import type { Reservation, Usage } from '../../../domain/usage/usage.ts';
import type { ReservationName, UsageStore } from '../../../domain/usage/usage-store.ts';
import { raising, refunding, settling } from './reservation-updates.ts';
import type { Update } from './update.ts';

/** Max tries of a change whose reservation another keeps changing, or whose budget others keep using and freeing. */
const maxTries = 20;

export interface OwnerItem {
  readonly find: (owner: string) => Promise<Usage | undefined>;
  /** Undefined where the condition didn't hold. */
  readonly update: (owner: string, update: Update) => Promise<unknown>;
}

/** The changes of a reservation that is there: read, and written on condition that it is still the same. */
export function reservationWrites({ find, update }: OwnerItem): Pick<UsageStore, 'raise' | 'settle' | 'refund'> {
  const gone = Symbol('gone');

  /** What `change` has come to, or `gone` where there is no reservation. `change` gives undefined where it lost a race. */
  async function changeReservation<Outcome>(
    owner: string,
    { nonce }: ReservationName,
    change: (reservation: Reservation, usage: Usage) => Promise<Outcome | undefined>,
  ): Promise<Outcome | typeof gone> {
    for (let tries = 1; tries <= maxTries; tries += 1) {
      const usage = await find(owner);
      const reservation = usage?.open.find((each) => each.nonce === nonce);
      if (!usage || !reservation) return gone;
      const outcome = await change(reservation, usage);
      if (outcome !== undefined) return outcome;
    }
    throw new Error(`A reservation of ${owner} was changed by others ${maxTries} times in a row.`);
  }

  const written = async (owner: string, parts: Update): Promise<true | undefined> =>
    (await update(owner, parts)) === undefined ? undefined : true;

  return {
    async raise(owner, name, micros, budgets) {
      const raised = await changeReservation(owner, name, async (reservation, { sums }) => {
        if (reservation.micros >= micros) return { raised: true } as const;
        const refusal = budgetRefusalOf(sums, budgets, micros - reservation.micros, reservation.at);
        if (refusal) return { raised: false, refusal } as const;
        return (await written(owner, raising(reservation, micros, budgets))) && ({ raised: true } as const);
      });
      return raised === gone ? { raised: false, refusal: { by: 'gone' } } : raised;
    },
    async settle(owner, name, spends) {
      const spent = spends.reduce((sum, { micros }) => sum + micros, 0);
      const settled = await changeReservation(owner, name, (reservation, { models }) =>
        written(owner, settling(reservation, spent, modelSumsOf(models, spends, reservation.at))),
      );
      return settled === true;
    },
    async refund(owner, name, now) {
      const refunded = await changeReservation(owner, name, (reservation) =>
        written(owner, refunding(reservation, now)),
      );
      return refunded === true;
    },
  };
}
