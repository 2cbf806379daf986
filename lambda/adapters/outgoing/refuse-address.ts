import type { RefuseAddress } from '../../domain/jobs/input-addresses.ts';
import { refusalWithAdvice } from './address-advice.ts';
import { guardedUrl } from './ssrf-guard.ts';
import { TransferRefused } from './transfer-refused.ts';

export interface RefuseAddressSettings {
  /** Hosts, as `host:port`, that may have private addresses and use plain http. */
  readonly trustedHosts: readonly string[];
  readonly maxCharacters: number;
}

/** Checks the form of an input's address by the rules by which it will be fetched. */
export const createRefuseAddress =
  ({ trustedHosts, maxCharacters }: RefuseAddressSettings): RefuseAddress =>
  (address) => {
    if (address.length > maxCharacters) {
      return notFetched(`the address has ${address.length} characters; the maximum is ${maxCharacters}.`);
    }
    try {
      guardedUrl(address, undefined, { trustedHosts, isStrict: true });
      return undefined;
    } catch (error) {
      if (error instanceof TransferRefused) return notFetched(refusalWithAdvice(error, error.message));
      throw error;
    }
  };

const notFetched = (why: string): string => `An input image can't be fetched from there: ${why}`;
