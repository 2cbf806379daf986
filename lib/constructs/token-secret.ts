import type { Construct } from 'constructs';
import { GeneratedSecret, type SecretProps } from './generated-secret.ts';

/**
 * The secret that signs tokens (HS256) where a stage shares one with their issuer: a reader of it can be any caller, and
 * an admin. A new value makes all tokens void that were signed by the old one.
 */
export class TokenSecret extends GeneratedSecret {
  constructor(scope: Construct, id: string, props: SecretProps) {
    super(scope, id, { ...props, description: 'Darkroom: signs the tokens of callers and admins (HS256).' });
  }
}
