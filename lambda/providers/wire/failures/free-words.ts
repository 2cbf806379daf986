/**
 * Whether a provider's message says that a request was free: "You will not be charged for blocked images" (Google),
 * "you were not charged" (Stability). Messages about a charge that was made, or about other charges, don't count.
 */
export const isFree = (message: string): boolean =>
  /(?:\bnot|n['’]t|\bnever) (?:been |be |get )?(?:charged|billed)\b|\bno (?:charge|cost) (?:was|were|is|are|has|have)\b|\b(?:free of|without|at no) charge\b|\b(?:was|were|is|are|been) refunded\b/i.test(
    message,
  );
