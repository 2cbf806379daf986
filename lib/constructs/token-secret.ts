import type { RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';

/** How the secret for tokens is kept. */
export interface TokenSecretProps {
  /** What becomes of it when the stack goes. */
  readonly removalPolicy: RemovalPolicy;
}

/**
 * The secret that signs tokens (HS256) where a stage shares one with whoever issues them: who can read it can be any caller, and
 * an admin. A new value makes all tokens void that were signed by the old one.
 */
export class TokenSecret extends Construct {
  readonly secret: secretsmanager.Secret;

  constructor(scope: Construct, id: string, props: TokenSecretProps) {
    super(scope, id);
    this.secret = new secretsmanager.Secret(this, 'Secret', {
      description: 'Darkroom: signs the tokens of callers and admins (HS256).',
      // 64 letters and digits are more than 380 bits.
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
      removalPolicy: props.removalPolicy,
    });
  }

  /** Allows reading the secret's value. */
  grantRead(grantee: iam.IGrantable): void {
    iam.Grant.addToPrincipal({
      grantee,
      actions: ['secretsmanager:GetSecretValue'],
      resourceArns: [this.secret.secretArn],
    });
  }
}
