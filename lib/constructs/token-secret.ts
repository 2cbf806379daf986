import type { Construct } from 'constructs';
import { GeneratedSecret, type SecretProps } from './generated-secret.ts';

/**
 * The secret that signs tokens (HS256) where a stage shares one with a token issuer: anyone who can read it can
 * impersonate any caller, and an admin. A new value invalidates all tokens that were signed with the old one.
 */
export class TokenSecret extends GeneratedSecret {
  constructor(scope: Construct, id: string, props: SecretProps) {
    super(scope, id, { ...props, description: 'Darkroom: signs the tokens of callers and admins (HS256).' });
  }
}
