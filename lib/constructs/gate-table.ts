import type { RemovalPolicy } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { grantTable } from './grant-table.ts';

/** How the gates are kept. */
export interface GateTableProps {
  /** Whether they are deleted with the stack. They hold only rate-limiter state of the last hours. */
  readonly removalPolicy: RemovalPolicy;
}

/**
 * The table of the gates before providers, one small item for each key and for each model with it, and of owners'
 * running jobs. Apart from the jobs, since one item may take a write with each provider request: what it does to its
 * partition must not hold up a job, and its only reader is the worker.
 */
export class GateTable extends Construct {
  readonly table: dynamodb.Table;

  constructor(scope: Construct, id: string, props: GateTableProps) {
    super(scope, id);
    this.table = new dynamodb.Table(this, 'Table', {
      partitionKey: { name: 'gate', type: dynamodb.AttributeType.STRING },
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      timeToLiveAttribute: 'ttl',
      removalPolicy: props.removalPolicy,
    });
  }

  /** Allows exactly these DynamoDB actions on the table. */
  grant(grantee: iam.IGrantable, ...actions: readonly string[]): void {
    grantTable(this.table, grantee, actions);
  }
}
