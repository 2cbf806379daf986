import type { RemovalPolicy } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { grantTable } from './grant-table.ts';

/** How known answers are kept. */
export interface AnswerTableProps {
  /** Whether they are deleted with the stack. They are a cache: without them jobs make their own requests. */
  readonly removalPolicy: RemovalPolicy;
}

/** The index of known answers by owner, which the purge of an owner reads. */
const ownerIndex = 'byOwner';

/**
 * The table of known answers, one item for each set of equal requests. Apart from the jobs: it may be slow or
 * unavailable without holding up a job.
 */
export class AnswerTable extends Construct {
  readonly table: dynamodb.Table;

  constructor(scope: Construct, id: string, props: AnswerTableProps) {
    super(scope, id);
    this.table = new dynamodb.Table(this, 'Table', {
      partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING },
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      timeToLiveAttribute: 'ttl',
      removalPolicy: props.removalPolicy,
    });
    this.table.addGlobalSecondaryIndex({
      indexName: ownerIndex,
      partitionKey: { name: 'owner', type: dynamodb.AttributeType.STRING },
      projectionType: dynamodb.ProjectionType.KEYS_ONLY,
    });
  }

  /** Allows exactly these DynamoDB actions on the table, and on none of its indexes. */
  grant(grantee: iam.IGrantable, ...actions: readonly string[]): void {
    grantTable(this.table, grantee, actions);
  }

  /** Allows to find the entries of an owner and to remove them. */
  grantPurge(grantee: iam.IGrantable): void {
    this.grant(grantee, 'GetItem', 'DeleteItem');
    iam.Grant.addToPrincipal({
      grantee,
      actions: ['dynamodb:Query'],
      resourceArns: [`${this.table.tableArn}/index/${ownerIndex}`],
    });
  }
}
