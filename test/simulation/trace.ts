/**
 * What happened, step by step: as a hash that tells two runs apart, and as a story where somebody wants to read it. Two
 * lanes of 32 bits, since a single one would meet itself within some 60,000 runs.
 */
export class Trace {
  steps = 0;
  readonly lines: string[] = [];
  #high = 0x811c9dc5;
  #low = 0x01000193;
  readonly #isTold: boolean;

  constructor(options: { readonly story: boolean }) {
    this.#isTold = options.story;
  }

  /** One step, at a time in epoch milliseconds, for a job by its number (-1 for none). */
  note(at: number, label: string, job: number): void {
    this.steps += 1;
    for (let place = 0; place < label.length; place += 1) {
      this.#high = Math.imul(this.#high ^ label.charCodeAt(place), 0x01000193);
    }
    this.#low = Math.imul((this.#low ^ this.#high) + (at | 0), 0x85ebca6b) ^ (job + (this.#low >>> 15));
    if (this.#isTold) this.tell(at, () => label, job);
  }

  /** A line of the story that is no step of its own. */
  tell(at: number, text: () => string, job: number): void {
    if (this.#isTold)
      this.lines.push(`${new Date(at).toISOString().slice(5, 23)} ${job < 0 ? '-' : `#${job}`} ${text()}`);
  }

  /** Sixteen hexadecimal digits. */
  hash(): string {
    return [this.#high, this.#low].map((lane) => (lane >>> 0).toString(16).padStart(8, '0')).join('');
  }
}
