import { parseArgs } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createDynamoKeyRegistry } from '../lambda/adapters/dynamo-key-registry.ts';
import { hashOfKey, newCredential, newKeyId } from '../lambda/adapters/key-hash.ts';
import { virtualKeyPrefix } from '../lambda/contract/headers.ts';

/** A virtual key to be made. */
export interface KeyToCreate {
  /** Name of the stage's table of virtual keys: the stack's output `KeysTableName`. */
  readonly tableName: string;
  /** For people: who or what uses it. */
  readonly name: string;
  /** Which models of which providers it may use; `{"*": ["*"]}` allows all. */
  readonly providers: Readonly<Record<string, readonly string[]>>;
  /** The key's text, beginning with `sk-bf-`; a random one where absent. */
  readonly key?: string;
}

/** A key's name or text is in use already. */
export class KeyTaken extends Error {
  override readonly name = 'KeyTaken';
}

/** Makes a virtual key and gives its text, which is kept nowhere. Throws KeyTaken. */
export async function createKey(client: DynamoDBClient, wanted: KeyToCreate): Promise<string> {
  const key = wanted.key ?? newCredential(virtualKeyPrefix).text;
  if (!key.startsWith(virtualKeyPrefix)) throw new Error(`A virtual key begins with ${virtualKeyPrefix}.`);
  const registry = createDynamoKeyRegistry(client, { tableName: wanted.tableName, onFault: () => {} });
  const made = {
    id: newKeyId(),
    name: wanted.name,
    active: true,
    providers: wanted.providers,
    limits: {},
    createdAt: Date.now(),
  };
  const outcome = await registry.create(made, hashOfKey(key));
  if (outcome !== 'created')
    throw new KeyTaken(`There is a virtual key with this name or text already: ${wanted.name}.`);
  return key;
}

const usage = `Makes a virtual key on a deployed stage and prints it, once.

  npm run create-key -- --table <KeysTableName> --name <who uses it> [--providers '{"openai":["*"]}']

--table      the stack's output KeysTableName
--providers  which models of which providers it may use, as JSON; all of them if absent
Region and credentials are those of the AWS SDK: AWS_REGION, AWS_PROFILE and so on.`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { table: { type: 'string' }, name: { type: 'string' }, providers: { type: 'string' } },
  });
  if (!values.table || !values.name) throw new Error(usage);
  const providers = values.providers === undefined ? { '*': ['*'] } : JSON.parse(values.providers);
  const key = await createKey(new DynamoDBClient(), { tableName: values.table, name: values.name, providers });
  process.stdout.write(`${key}\n`);
}

if (import.meta.main) {
  main().catch((error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  });
}
