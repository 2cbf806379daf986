/**
 * Whether a provider's words say that a request cost nothing: "You will not be charged for blocked images" (Google), "you were not
 * charged" (Stability). Words of a charge that was made, or of what is charged otherwise, don't.
 */
export const isFree = (message: string): boolean =>
  /(?:\bnot|n['’]t|\bnever) (?:been |be |get )?(?:charged|billed)\b|\bno (?:charge|cost) (?:was|were|is|are|has|have)\b|\b(?:free of|without|at no) charge\b|\b(?:was|were|is|are|been) refunded\b/i.test(
    message,
  );
