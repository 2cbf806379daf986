import type { RemovalPolicy } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { grantTable } from './grant-table.ts';

/** How the virtual keys are kept. */
export interface KeyTableProps {
  /** Whether the keys are deleted with the stack. */
  readonly removalPolicy: RemovalPolicy;
  /** Whether the table is kept protected against deletion. */
  readonly deletionProtection: boolean;
}

/**
 * The table of virtual keys, and of the items that lead to them: names, and the SHA-256 of each credential. Keys live
 * for years and can't be recreated, so the table has point-in-time recovery; each use of its encryption key is recorded
 * in CloudTrail.
 */
export class KeyTable extends Construct {
  readonly table: dynamodb.Table;

  constructor(scope: Construct, id: string, props: KeyTableProps) {
    super(scope, id);
    this.table = new dynamodb.Table(this, 'Table', {
      partitionKey: { name: 'pk', type: dynamodb.AttributeType.STRING },
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      encryption: dynamodb.TableEncryption.AWS_MANAGED,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: props.deletionProtection,
      removalPolicy: props.removalPolicy,
    });
  }

  /** Allows exactly these DynamoDB actions on the table. */
  grant(grantee: iam.IGrantable, ...actions: readonly string[]): void {
    grantTable(this.table, grantee, actions);
  }
}
