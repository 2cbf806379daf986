import type { Construct } from 'constructs';
import { GeneratedSecret, type SecretProps } from './generated-secret.ts';

/**
 * The secret from which the link-signing key and the id-derivation key are derived. It isn't rotated: a new value would
 * invalidate every link that callers hold, and let a retried submission be charged twice. It is never shown.
 */
export class RootSecretResource extends GeneratedSecret {
  constructor(scope: Construct, id: string, props: SecretProps) {
    super(scope, id, {
      ...props,
      description:
        'Darkroom: root of the link-signing and id-derivation keys. Do not rotate: links and retries depend on it.',
    });
  }
}
