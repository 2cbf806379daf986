import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { createDynamoUsageStore } from '../../../lambda/adapters/dynamo/usage/dynamo-usage-store.ts';
import { longId } from '../../../lambda/adapters/dynamo/usage/short-id.ts';
import { reservationOf } from '../../../lambda/adapters/dynamo/usage/usage-item.ts';
import type { Micros } from '../../../lambda/domain/money/micros.ts';
import type { ReservationName, UsageStore } from '../../../lambda/domain/usage/usage-store.ts';
import { type Network, StoreFault } from '../network.ts';
import type { Invocation } from '../scheduler.ts';
import { type Draft, holds, type Placeholders, type Row, update } from './expressions.ts';

/** Something that has become of a submission's room, in the row of its owner as it is at this moment. */
export interface UsageEvent {
  /**
   * `refused`: there was none left, for a submission of that time (epoch ms). `not_raised`: a budget had none for a further request.
   * `ended`: it is free again. `changed`: any write.
   */
  readonly what: 'refused' | 'not_raised' | 'changed' | 'ended';
  readonly owner: string;
  readonly nonce: string;
  readonly at: number;
  /** What was asked for of the owner's budgets, where it was refused. */
  readonly micros: Micros;
  readonly row: Row;
}

export interface UsageTableOptions {
  readonly network: Network;
  readonly jobNumberOf: (id: string) => number;
  readonly onEvent: (event: UsageEvent) => void;
}

type Command = GetItemCommand | UpdateItemCommand | DeleteItemCommand | ScanCommand;

/** The table of usage. What is held against it are the very conditions that the adapter writes, behind a network with faults. */
export class UsageTable {
  readonly rows = new Map<string, Draft>();
  readonly #options: UsageTableOptions;

  constructor(options: UsageTableOptions) {
    this.#options = options;
  }

  /** The store as one invocation reaches it, which is about the job of that number where a request doesn't say. */
  storeFor(invocation: Invocation, number: number): UsageStore {
    const storeAbout = (job: number): UsageStore => {
      const send = (command: Command) => this.#send(invocation, job, command);
      return createDynamoUsageStore({ send } as unknown as DynamoDBClient, { tableName: 'usage' });
    };
    // What they read is about one job, too, though its key says only the owner.
    const storeFor = ({ nonce }: ReservationName) => storeAbout(this.#options.jobNumberOf(nonce));
    return {
      ...storeAbout(number),
      settle: (owner, name, spends) => storeFor(name).settle(owner, name, spends),
      refund: (owner, name, now) => storeFor(name).refund(owner, name, now),
      raise: async (owner, name, micros, budgets) => {
        const raised = await storeFor(name).raise(owner, name, micros, budgets);
        const row = this.rows.get(owner);
        if (!raised.raised && raised.refusal.by === 'budget' && row)
          this.#options.onEvent({ what: 'not_raised', owner, ...name, micros, row });
        return raised;
      },
    };
  }

  /** Whether anybody has anything reserved. */
  hasOpen(): boolean {
    for (const { open } of this.rows.values()) for (const _ in open?.M) return true;
    return false;
  }

  /**
   * As the SDK does, it sends a request again whose answer has got lost. One that is given up while it is on its way is not sent
   * again here: where it arrives after its job has ended, it is counted twice, as the decision record says.
   */
  async #send(invocation: Invocation, number: number, command: Command): Promise<unknown> {
    try {
      return await this.#ask(invocation, number, command);
    } catch (error) {
      if (!(error instanceof StoreFault && error.wasDone)) throw error;
      return this.#ask(invocation, number, command);
    }
  }

  #ask(invocation: Invocation, number: number, command: Command): Promise<unknown> {
    const { network, jobNumberOf } = this.#options;
    const names = 'ExpressionAttributeNames' in command.input ? command.input.ExpressionAttributeNames : undefined;
    const nonce = names?.['#nonce'];
    const job = nonce === undefined ? number : jobNumberOf(longId(nonce));
    return network.ask({ invocation, label: labelOf(command), job, to: 'store' }, () => this.#carryOut(command));
  }

  #carryOut(command: Command): unknown {
    if (command instanceof ScanCommand) return { Items: [...this.rows.values()].map(copyOf) };
    const owner = command.input.Key?.owner?.S ?? '';
    const row = this.rows.get(owner);
    if (command instanceof GetItemCommand) return { Item: row && copyOf(row) };
    const { ConditionExpression, ExpressionAttributeNames: names = {} } = command.input;
    const placeholders: Placeholders = { names, values: command.input.ExpressionAttributeValues ?? {} };
    const nonce = longId(names['#nonce'] ?? '');
    if (!holds(ConditionExpression, row ?? {}, placeholders)) {
      const entry = placeholders.values[':entry'];
      if (row?.open && entry) {
        const { at, micros } = reservationOf(nonce, entry);
        this.#options.onEvent({ what: 'refused', owner, nonce, at, micros, row });
      }
      throw new ConditionalCheckFailedException({ message: 'The condition did not hold.', $metadata: {} });
    }
    if (command instanceof DeleteItemCommand) {
      this.rows.delete(owner);
      return {};
    }
    const { UpdateExpression = '' } = command.input;
    const next = row ?? { owner: { S: owner } };
    update(UpdateExpression, next, placeholders);
    this.rows.set(owner, next);
    this.#options.onEvent({ what: 'changed', owner, nonce, at: 0, micros: 0, row: next });
    if (UpdateExpression.startsWith('REMOVE #open.#nonce'))
      this.#options.onEvent({ what: 'ended', owner, nonce, at: 0, micros: 0, row: next });
    const { open: _, ...counts } = next;
    return { Attributes: counts };
  }
}

/** A row as it is now, whatever becomes of it: updates change rows in place, since the map of reservations is large. */
const copyOf = (row: Row): Row =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value.M ? { M: { ...value.M } } : value]));

function labelOf(command: Command): string {
  if (!(command instanceof UpdateItemCommand)) return `usage.${command.constructor.name.replace('ItemCommand', '')}`;
  const { UpdateExpression = '' } = command.input;
  if (UpdateExpression.startsWith('SET #open.#nonce.#r')) return 'usage.raise';
  if (UpdateExpression.startsWith('SET #open.#nonce')) return 'usage.reserve';
  if (UpdateExpression.startsWith('REMOVE #open.#nonce')) return 'usage.settle';
  return 'usage.update';
}
