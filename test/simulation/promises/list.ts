/**
 * What must be true of every world, by number. Where the page on reliability makes a promise, the number of it is in
 * brackets. Each stands in a file beside this one, and is asserted after every step for the job that the step touched;
 * sums over all jobs each thousand steps and at the end.
 */
export const promises = {
  1: 'A job that was accepted is kept until its time is over [1]',
  2: 'A job ends by its deadline, a minute and what a sweep takes; by a minute more for each mishap that met it or its sweep since [1]',
  3: 'Completed means that every image is in the bucket, as long as the job can be seen [2]',
  4: 'Status, result, error and times of an ended job never change [3]',
  5: 'No state runs backwards: status, claim, hop, ledger [3]',
  6: 'A request that may cost money stands in the ledger as started when it is made [4]',
  7: 'Every charge stands in a ledger, and no entry stays open in the end [4]',
  8: 'After an outcome that nobody knows there is at most one further request, and none where the stage says so [4]',
  9: 'A closed entry of the ledger is closed once, and keeps its outcome [4]',
  10: 'Images that were stored and written down are not paid for again [4]',
  11: 'No two workers that hold their lease ask for the same job at once [4]',
  12: 'Wake-ups of a job are bounded, and none is left in the end [1]',
  13: 'An item stays below 64 KiB, and no write is refused for its size [1]',
  14: 'A link opens the image it was made for, until it expires, and nothing else ever [5]',
  15: 'Of a deleted job no object is left [5]',
  16: 'Where a caller is told that nothing was accepted, nothing is done for it [4]',
  17: 'No job fails for want of a turn, without a request, whose model takes requests [5]',
  18: 'Who waits for a job is answered within the time of the function [1]',
  19: 'The ledger outlives deadline and end by 48 hours, whatever time to live the caller chose [4]',
  20: 'Who keeps asking sees how the job ended, before it is unknown [1]',
  21: 'One idempotency key is one job, as long as it is remembered [4]',
  22: 'The requests of one job are bounded, whatever a provider answers [5]',
  23: 'The row of a deleted job holds no word of its caller or a provider [5]',
  24: 'Nothing is started for a key that was blocked before [5]',
  25: 'A job that has crashed a worker makes its requests in an invocation alone [5]',
  26: 'A job with a fallback at another provider waits at gates for its patience, and then asks there [5]',
  27: 'No wake-up is lost by the gateway itself: the sweep makes good what others have lost [1]',
  28: 'Images that were paid for and could not be stored are asked for once more, while there is time, and not before the bucket takes them [4]',
  29: 'Work counts as stopped only where its provider has said that it is [4]',
  30: 'No owner has more waits at once than it may, by the lives of the functions that wait; one that is over takes no place, and no answer is refused or late for it [5]',
  31: 'No owner has more open jobs than it may, and each open job has its room [5]',
  32: 'No owner has more jobs accepted in a window than its rate [5]',
  33: 'No submission is refused for a limit that has room: what takes it is a job, or was left by the dead some minutes ago [5]',
  34: 'Nothing is reserved in the end, and each window counts what was accepted in it [5]',
  35: 'A synchronous answer that tells how a job ended tells of its durable end [3]',
  36: 'A synchronous answer comes by its limit and what a slow store takes, and tells that a job goes on only then [1]',
  37: 'No owner has more synchronous requests under way than it may; one that is over takes no place [5]',
  38: 'A synchronous request starts nothing once its answer was due, or where it was refused [4]',
  39: 'What a synchronous request has started is seen to its outcome by its function, whatever becomes of the answer [4]',
  40: 'A result tells how its model was asked, whichever worker finished it, and only an open entry keeps that [3]',
} as const;

export type PromiseNumber = keyof typeof promises;
