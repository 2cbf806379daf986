import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';

/** Allows exactly these DynamoDB actions, such as `GetItem`, on a table and on none of its indexes. */
export function grantTable(
  table: Pick<dynamodb.ITable, 'tableArn'>,
  grantee: iam.IGrantable,
  actions: readonly string[],
): void {
  iam.Grant.addToPrincipal({
    grantee,
    actions: actions.map((action) => `dynamodb:${action}`),
    resourceArns: [table.tableArn],
  });
}
