import type { RemovalPolicy } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { grantTable } from './grant-table.ts';

/** How the usage of owners is kept. */
export interface UsageTableProps {
  /** Whether it is deleted with the stack. */
  readonly removalPolicy: RemovalPolicy;
  /** Whether the table is kept protected against deletion. */
  readonly deletionProtection: boolean;
  /** Whether it can be restored to any second of the last 35 days. */
  readonly pointInTimeRecovery: boolean;
}

/**
 * The table of what each owner has under way and has used, one item an owner, and beside it one for those of its
 * requests that wait. Apart from the jobs and the keys: one item takes a write with each submission of its owner.
 */
export class UsageTable extends Construct {
  readonly table: dynamodb.Table;

  constructor(scope: Construct, id: string, props: UsageTableProps) {
    super(scope, id);
    this.table = new dynamodb.Table(this, 'Table', {
      partitionKey: { name: 'owner', type: dynamodb.AttributeType.STRING },
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      timeToLiveAttribute: 'ttl',
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: props.pointInTimeRecovery },
      deletionProtection: props.deletionProtection,
      removalPolicy: props.removalPolicy,
    });
  }

  /** Allows exactly these DynamoDB actions on the table. */
  grant(grantee: iam.IGrantable, ...actions: readonly string[]): void {
    grantTable(this.table, grantee, actions);
  }
}
