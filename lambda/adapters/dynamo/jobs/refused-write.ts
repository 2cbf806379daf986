/**
 * Whether an AWS SDK error proves that a write was not applied and never will be: the service answered the only try
 * with a client error (4xx). No answer, a server error, or any answer after a retry leaves the outcome unknown, since
 * an earlier try may still arrive.
 */
export function isRefusedForSure(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { $metadata } = error as { readonly $metadata?: { readonly attempts?: number; httpStatusCode?: number } };
  const status = $metadata?.httpStatusCode ?? 0;
  return $metadata?.attempts === 1 && status >= 400 && status < 500;
}
