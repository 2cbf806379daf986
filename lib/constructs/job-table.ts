import type { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { jobIndexes } from '../job-indexes.ts';
import { grantTable } from './grant-table.ts';

/** How the jobs are kept. */
export interface JobTableProps {
  /** Whether the jobs are deleted with the stack. */
  readonly removalPolicy: RemovalPolicy;
  /** Whether the table is kept protected against deletion. */
  readonly deletionProtection: boolean;
  /** Whether it can be restored to any second of the last 35 days. */
  readonly pointInTimeRecovery: boolean;
}

/** The table of jobs, with the two indexes that find them by owner and by deadline. */
export class JobTable extends Construct {
  readonly table: dynamodb.Table;

  constructor(scope: Construct, id: string, props: JobTableProps) {
    super(scope, id);
    this.table = new dynamodb.Table(this, 'Table', {
      partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING },
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      // Only the broom: what an item's reader may still see is decided by its own times.
      timeToLiveAttribute: 'ttl',
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: props.pointInTimeRecovery },
      deletionProtection: props.deletionProtection,
      removalPolicy: props.removalPolicy,
    });
    for (const [indexName, index] of Object.entries(jobIndexes)) {
      this.table.addGlobalSecondaryIndex({
        indexName,
        partitionKey: { name: index.partitionKey, type: dynamodb.AttributeType.STRING },
        sortKey: { name: index.sortKey, type: dynamodb.AttributeType.NUMBER },
        projectionType: dynamodb.ProjectionType.INCLUDE,
        nonKeyAttributes: [...index.shows],
      });
    }
  }

  /** Allows exactly these DynamoDB actions, such as `GetItem`, on the table and on none of its indexes. */
  grant(grantee: iam.IGrantable, ...actions: readonly string[]): void {
    grantTable(this.table, grantee, actions);
  }

  /**
   * Counts of refused reads and writes: of the table, and of the writes that keep each index in step with it. An index
   * that can't follow holds up the table's own writes.
   */
  throttles(period: Duration): readonly cloudwatch.Metric[] {
    const TableName = this.table.tableName;
    const count = (metricName: string, dimensions: Readonly<Record<string, string>> = {}) =>
      new cloudwatch.Metric({
        namespace: 'AWS/DynamoDB',
        metricName,
        dimensionsMap: { TableName, ...dimensions },
        statistic: 'Sum',
        period,
      });
    const indexes = Object.keys(jobIndexes).map((name) =>
      count('WriteThrottleEvents', { GlobalSecondaryIndexName: name }),
    );
    return [count('ReadThrottleEvents'), count('WriteThrottleEvents'), ...indexes];
  }

  /** Allows queries of one index, and of nothing else. */
  grantQuery(grantee: iam.IGrantable, indexName: keyof typeof jobIndexes): void {
    iam.Grant.addToPrincipal({
      grantee,
      actions: ['dynamodb:Query'],
      resourceArns: [`${this.table.tableArn}/index/${indexName}`],
    });
  }
}
