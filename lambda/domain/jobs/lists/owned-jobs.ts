/** A job as the index of owners shows it; it may be a moment old. */
export interface OwnedJobEntry {
  readonly id: string;
}

/** The index of jobs by owner. It runs after the table by moments. */
export interface OwnedJobs {
  /** All jobs of an owner that have not been deleted, ended and expired ones too, the latest first; a page may be empty. */
  pages(owner: string): AsyncIterable<readonly OwnedJobEntry[]>;
}
