/**
 * What a job's item may hold, so that it stays below `itemBytes` whatever callers and providers say: a cap for each text, a
 * length for each list. Bytes are those of JSON in UTF-8, as the item is written. docs/limits.md has the sum.
 */
export const itemLimits = {
  /** The whole item. DynamoDB refuses one above 400 KB, and with it every further write to it, an end included. */
  itemBytes: 64 * 1024,
  /** Parameters up to this size stand in the item, so that a claim reads them at no extra cost; larger ones are an object. */
  inlineSubmissionBytes: 8 * 1024,
  /** Images that a job, and so a request, is for. */
  images: 10,
  /** Entries of the ledger. No job that goes well, or badly in one way, comes near it. */
  attempts: 32,
  /** Warnings of a request, and of a job in all; where there are more, the last one says how many. */
  warnings: 16,
  warningMessageBytes: 384,
  /** The name of a field in a warning or a failure. */
  paramBytes: 128,
  /** What a failure says, and the least that is kept of it where the ledger holds many. */
  messageBytes: 1024,
  minMessageBytes: 96,
  /** What the ledger's failures say together, but for the least of each. */
  ledgerMessageBytes: 6 * 1024,
  /** The prompts of all of a job's images, as a provider says that it has revised them. */
  revisedPromptBytes: 6 * 1024,
  /** Quality and background, each in the provider's own word. */
  saidBytes: 32,
  /** A provider's handle on a task. Entries that are closed with a known outcome have none. */
  ticketBytes: 2 * 1024,
  /** The warnings of a plan that is kept beside an open ticket, as JSON. */
  planWarningBytes: 3 * 1024,
} as const;
