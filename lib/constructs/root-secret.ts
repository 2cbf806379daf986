import type { RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';

/** How the root secret is kept. */
export interface RootSecretProps {
  /** What becomes of it when the stack goes. */
  readonly removalPolicy: RemovalPolicy;
}

/**
 * The one secret from which the link-signing key and the id-derivation key come. It isn't rotated: a new value would
 * break every link in callers' hands and let a retried submission be paid for twice. It is never shown to anybody.
 */
export class RootSecret extends Construct {
  readonly secret: secretsmanager.Secret;

  constructor(scope: Construct, id: string, props: RootSecretProps) {
    super(scope, id);
    this.secret = new secretsmanager.Secret(this, 'Secret', {
      description:
        'Darkroom: root of the link-signing and id-derivation keys. Do not rotate: links and retries depend on it.',
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
