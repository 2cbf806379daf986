/**
 * Whether an error of the AWS SDK says that a write has surely not been made and never will be: the service has answered
 * that the caller is wrong, and to the only try. An answer that never came, a fault of the service, and anything after a
 * try that may still be on its way leave it open.
 */
export function isRefusedForSure(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { $metadata } = error as { readonly $metadata?: { readonly attempts?: number; httpStatusCode?: number } };
  const status = $metadata?.httpStatusCode ?? 0;
  return $metadata?.attempts === 1 && status >= 400 && status < 500;
}
