import { Broken, type Facts } from '../facts.ts';

/** A link as its client keeps it. Times are epoch milliseconds. */
export interface KeptLink {
  readonly number: number;
  readonly nonce: string;
  /** When its job expires. */
  readonly expiresAt: number;
  readonly key: string;
}

/** A link that was used. */
export interface LinkUse {
  readonly link: KeptLink;
  /** The key of the object that it opened; undefined where it opened nothing. */
  readonly opened: string | undefined;
  /** Whether its owner had been told that its job is deleted. */
  readonly isDeleted: boolean;
  /** When it was used, by the clock of whoever judged it: clocks differ by some seconds. */
  readonly at: number;
}

/** Promise 14: what a link opens. */
export function judgeLink(_: Facts, { link, opened, isDeleted, at }: LinkUse): void {
  if (opened === undefined) return;
  const no = (what: string): never => {
    throw new Broken(14, link.number, what);
  };
  if (opened !== link.key) no('a link opened an image that it was not made for');
  if (at >= link.expiresAt) no(`a link opened an image ${Math.ceil((at - link.expiresAt) / 1000)} s after its end`);
  if (isDeleted) no('a link opened an image of a deleted job');
}
