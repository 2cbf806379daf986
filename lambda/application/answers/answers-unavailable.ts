/** The table of known answers can't be read or written; `cause` is its error. No job depends on it. */
export class AnswersUnavailable extends Error {
  override readonly name = 'AnswersUnavailable';
}

/** What the table of known answers gives. Throws AnswersUnavailable, so that its faults can be told from those of other stores. */
export const fromAnswers = <Value>(asked: Promise<Value>): Promise<Value> =>
  asked.catch((cause: unknown) => {
    throw new AnswersUnavailable('The table of known answers is unavailable.', { cause });
  });
