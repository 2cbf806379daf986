import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import type { ParameterPlan, SecretPlan } from '../plan/values.ts';

/** What the two stores hold. */
export interface SecretStoreContent {
  readonly region: string;
  readonly secrets: readonly SecretPlan[];
  /** Secret values by name. */
  readonly secretValues: ReadonlyMap<string, string>;
  readonly parameters: readonly ParameterPlan[];
  /** SecureString values by full name. It is read at each request, so a value may change while the stack runs. */
  readonly secureParameters: Readonly<Record<string, string>>;
}

/** An answer of the JSON 1.1 protocol that is an error: the SDK makes an exception with this name of it. */
class StoreError extends Error {
  readonly type: string;

  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }
}

type Operation = (content: SecretStoreContent, request: unknown) => unknown;

const operations: Readonly<Record<string, Operation>> = {
  'AmazonSSM.GetParameter': getParameter,
  'AmazonSSM.GetParameters': getParameters,
  'AmazonSSM.GetParametersByPath': getParametersByPath,
  'secretsmanager.GetSecretValue': getSecretValue,
};

/** Creates a server with the read operations of SSM's parameter store and of Secrets Manager. */
export function createSecretStoreServer(content: () => SecretStoreContent): Server {
  return createServer((request, response) => {
    answer(content(), request, response).catch(() => response.destroy());
  });
}

async function answer(content: SecretStoreContent, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await text(request);
  try {
    const operation = operations[String(request.headers['x-amz-target'])];
    if (operation === undefined)
      throw new StoreError('UnknownOperationException', 'The local stores can only be read.');
    send(response, 200, operation(content, JSON.parse(body)));
  } catch (error) {
    const type = error instanceof StoreError ? error.type : 'ValidationException';
    send(response, 400, { __type: type, message: error instanceof Error ? error.message : String(error) });
  }
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': randomUUID() });
  response.end(JSON.stringify(body));
}

const withDecryption = z.boolean().nullish();

function getParameter(content: SecretStoreContent, request: unknown): unknown {
  const { Name, WithDecryption } = z.object({ Name: z.string(), WithDecryption: withDecryption }).parse(request);
  const found = describeParameter(content, Name, WithDecryption === true);
  if (found === undefined) throw new StoreError('ParameterNotFound', `Parameter ${Name} not found.`);
  return { Parameter: found };
}

function getParameters(content: SecretStoreContent, request: unknown): unknown {
  const schema = z.object({ Names: z.array(z.string()).min(1).max(10), WithDecryption: withDecryption });
  const { Names, WithDecryption } = schema.parse(request);
  const found = Names.map((name) => ({ name, parameter: describeParameter(content, name, WithDecryption === true) }));
  return {
    Parameters: found.flatMap(({ parameter }) => (parameter === undefined ? [] : [parameter])),
    InvalidParameters: found.flatMap(({ name, parameter }) => (parameter === undefined ? [name] : [])),
  };
}

function getParametersByPath(content: SecretStoreContent, request: unknown): unknown {
  const schema = z.object({ Path: z.string(), Recursive: z.boolean().nullish(), WithDecryption: withDecryption });
  const { Path, Recursive, WithDecryption } = schema.parse(request);
  const prefix = Path.endsWith('/') ? Path : `${Path}/`;
  const names = [...Object.keys(content.secureParameters), ...content.parameters.map(({ name }) => name)]
    .filter((name) => name.startsWith(prefix))
    .filter((name) => Recursive === true || !name.slice(prefix.length).includes('/'));
  return { Parameters: names.map((name) => describeParameter(content, name, WithDecryption === true)) };
}

function describeParameter(content: SecretStoreContent, name: string, decrypt: boolean): object | undefined {
  const plain = content.parameters.find((parameter) => parameter.name === name);
  const secure = Object.hasOwn(content.secureParameters, name) ? content.secureParameters[name] : undefined;
  const value = plain?.value ?? secure;
  if (value === undefined) return undefined;
  return {
    Name: name,
    Type: plain?.type ?? 'SecureString',
    // A request without decryption gets the ciphertext on AWS; here, something as useless.
    Value: plain !== undefined || decrypt ? value : createHash('sha256').update(value).digest('base64'),
    Version: 1,
    DataType: 'text',
    LastModifiedDate: 0,
    ARN: `arn:aws:ssm:${content.region}:000000000000:parameter/${name.replace(/^\//, '')}`,
  };
}

function getSecretValue(content: SecretStoreContent, request: unknown): unknown {
  const { SecretId } = z.object({ SecretId: z.string() }).parse(request);
  const secret = content.secrets.find(({ name, arn }) => name === SecretId || arn === SecretId);
  const value = secret === undefined ? undefined : content.secretValues.get(secret.name);
  if (secret === undefined || value === undefined) {
    throw new StoreError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
  }
  const versionId = createHash('sha256').update(value).digest('hex').slice(0, 32);
  const { arn: ARN, name: Name } = secret;
  return { ARN, Name, VersionId: versionId, SecretString: value, VersionStages: ['AWSCURRENT'], CreatedDate: 0 };
}
