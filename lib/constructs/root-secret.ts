import type { Construct } from 'constructs';
import { GeneratedSecret, type SecretProps } from './generated-secret.ts';

/**
 * The one secret from which the link-signing key and the id-derivation key come. It isn't rotated: a new value would
 * break every link in callers' hands and let a retried submission be paid for twice. It is never shown to anybody.
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
