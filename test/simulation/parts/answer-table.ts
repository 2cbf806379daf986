import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  type GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { createDynamoKnownAnswers } from '../../../lambda/adapters/dynamo/answers/dynamo-known-answers.ts';
import type { KnownAnswers } from '../../../lambda/domain/answers/known-answers.ts';
import { type Network, StoreFault } from '../network.ts';
import type { Invocation } from '../scheduler.ts';
import { holds, type Row } from './expressions.ts';

export interface AnswerTableOptions {
  readonly network: Network;
}

type Command = GetItemCommand | PutItemCommand | DeleteItemCommand;

/** The table of known answers. What is held against it are the very conditions that the adapter writes, behind a network with faults. */
export class AnswerTable {
  readonly rows = new Map<string, Row>();
  readonly #network: Network;

  constructor({ network }: AnswerTableOptions) {
    this.#network = network;
  }

  /** The table as one invocation reaches it, for the job of that number. */
  storeFor(invocation: Invocation, number: number): KnownAnswers {
    const send = (command: Command) => this.#send(invocation, number, command);
    return createDynamoKnownAnswers({ send } as unknown as DynamoDBClient, { tableName: 'answers' });
  }

  /** As the SDK does, it sends a request again whose answer has got lost. */
  async #send(invocation: Invocation, number: number, command: Command): Promise<unknown> {
    try {
      return await this.#ask(invocation, number, command);
    } catch (error) {
      if (!(error instanceof StoreFault && error.wasDone)) throw error;
      return this.#ask(invocation, number, command);
    }
  }

  #ask(invocation: Invocation, number: number, command: Command): Promise<unknown> {
    const label = `answers.${command.constructor.name.replace('ItemCommand', '').toLowerCase()}`;
    const job = number < 0 ? numberOf(idOf(command)) : number;
    return this.#network.ask({ invocation, label, job, to: 'store' }, () => this.#carryOut(command));
  }

  #carryOut(command: Command): unknown {
    const isPut = command instanceof PutItemCommand;
    const id = idOf(command);
    const row = this.rows.get(id);
    if (!isPut && !(command instanceof DeleteItemCommand)) return { Item: row };
    const { ConditionExpression, ExpressionAttributeNames: names = {} } = command.input;
    const placeholders = { names, values: command.input.ExpressionAttributeValues ?? {} };
    if (!holds(ConditionExpression, row ?? {}, placeholders)) {
      throw new ConditionalCheckFailedException({ message: 'The condition did not hold.', $metadata: {} });
    }
    if (isPut) this.rows.set(id, command.input.Item ?? {});
    else this.rows.delete(id);
    return {};
  }
}

const idOf = ({ input }: Command): string =>
  ('Item' in input ? input.Item?.id?.S : 'Key' in input ? input.Key?.id?.S : undefined) ?? '';

/** A worker asks for several jobs: what befalls its requests is drawn by the entry, under a number that no job has. */
export const numberOf = (id: string): number => -1000 - (Number.parseInt(id.slice(0, 8), 16) % 1_000_000);
