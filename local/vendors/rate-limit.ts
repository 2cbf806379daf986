/** How many image requests a vendor takes with one key, in any span of that many seconds. */
export interface RateLimit {
  readonly requests: number;
  readonly seconds: number;
}

/** Enforces a limit for each key, by a window that slides: what was refused doesn't count. */
export class SlidingWindows {
  private readonly taken = new Map<string, readonly number[]>();

  /**
   * Counts a request at that time (milliseconds); where it is one too many, gives the seconds until the next is taken
   * instead.
   */
  refusal(limit: RateLimit, key: string, now: number): number | undefined {
    const recent = (this.taken.get(key) ?? []).filter((at) => at > now - limit.seconds * 1000);
    const oldest = recent.at(-limit.requests);
    this.taken.set(key, oldest === undefined ? [...recent, now] : recent);
    return oldest === undefined ? undefined : (oldest + limit.seconds * 1000 - now) / 1000;
  }
}
