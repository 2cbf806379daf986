import { keyOfRequest } from '../doors.ts';
import type { Facts } from '../facts.ts';
import type { VendorCall } from '../parts/vendors.ts';
import { broken, type Check } from './check.ts';

/** Promise 44, at each call of a vendor. */
export function judgeCall({ lives }: Facts, { invocation, apiKey, nonce }: VendorCall): void {
  const life = lives.get(nonce);
  const ownKey = keyOfRequest(invocation.number);
  if (!life) return;
  if (life.row.credential !== 'caller') {
    if (apiKey === ownKey) broken(44, life, "a vendor was called with a caller's key for a job of the stage's");
    return;
  }
  if (apiKey !== ownKey)
    broken(44, life, `${invocation.name} called a vendor with a key that its caller did not bring`);
  life.broughtBy ??= invocation.number;
  if (life.broughtBy !== invocation.number)
    broken(44, life, 'a vendor was called by another invocation than the first');
}

/** Promise 45: a hop is gone with no lease held only where a job was put to sleep. */
export const callersKeys: Check = {
  onWrite(_, life, before) {
    const { credential, hop, leaseHeld, status } = life.row;
    if (credential !== 'caller' || !before || status !== 'processing' || life.isGone) return;
    if (hop > before.hop && leaseHeld === 0)
      broken(45, life, 'it sleeps until a function wakes that has no key for it');
  },
};
