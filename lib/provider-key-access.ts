import { ArnFormat, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import { needsKey } from '../lambda/contract/provider-names.ts';

/**
 * Least privilege: allows reading the keys of exactly these providers. The parameters themselves are created by hand,
 * so that no template contains a key. They are encrypted with the account's `aws/ssm` key, whose own policy allows
 * decryption to every principal that may read the parameter: no KMS statement is needed, and none is given.
 */
export function grantProviderKeys(
  grantee: iam.IGrantable & IConstruct,
  keysPath: string,
  providers: readonly string[],
): void {
  const keyed = providers.filter(needsKey);
  if (keyed.length === 0) return;
  const stack = Stack.of(grantee);
  iam.Grant.addToPrincipal({
    grantee,
    actions: ['ssm:GetParameter'],
    resourceArns: keyed.map((provider) =>
      stack.formatArn({
        service: 'ssm',
        resource: 'parameter',
        resourceName: `${keysPath}/${provider}`.slice(1),
        arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
      }),
    ),
  });
}
