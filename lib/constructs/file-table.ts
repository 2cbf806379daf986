import type { RemovalPolicy } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { grantTable } from './grant-table.ts';

/** How the records of files are kept. */
export interface FileTableProps {
  /** Whether they are deleted with the stack. The files themselves are in the bucket, for days at most. */
  readonly removalPolicy: RemovalPolicy;
}

/** The table of files, one item a file, and beside those of an owner one with their total. */
export class FileTable extends Construct {
  readonly table: dynamodb.Table;

  constructor(scope: Construct, id: string, props: FileTableProps) {
    super(scope, id);
    this.table = new dynamodb.Table(this, 'Table', {
      partitionKey: { name: 'owner', type: dynamodb.AttributeType.STRING },
      sortKey: { name: 'id', type: dynamodb.AttributeType.STRING },
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      timeToLiveAttribute: 'ttl',
      removalPolicy: props.removalPolicy,
    });
  }

  /** Allows exactly these DynamoDB actions on the table. */
  grant(grantee: iam.IGrantable, ...actions: readonly string[]): void {
    grantTable(this.table, grantee, actions);
  }

  /** Allows to find the files of an owner, and to remove them with what is counted of them. */
  grantPurge(grantee: iam.IGrantable): void {
    this.grant(grantee, 'Query', 'UpdateItem', 'DeleteItem');
  }
}
