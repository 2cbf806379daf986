import { Readable } from 'node:stream';

/** What a scripted AWS service answers to one request. A status from 400 on makes the SDK throw an error of that `__type`. */
export interface ScriptedAnswer {
  readonly status?: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Decides an answer from the operation's name and the request's body. It may wait, and it may throw. */
export type Script = (operation: string, body: Record<string, unknown>) => ScriptedAnswer | Promise<ScriptedAnswer>;

interface SentRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/**
 * The configuration of an AWS client of the JSON protocol (DynamoDB, SSM, Secrets Manager) whose requests a script
 * answers: all of the SDK is at work but the network.
 */
export function scriptedAws(script: Script) {
  return {
    region: 'eu-central-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
    requestHandler: {
      async handle(request: SentRequest) {
        const operation = (request.headers['x-amz-target'] ?? '').replace(/^.*\./, '');
        const { status = 200, body } = await script(operation, JSON.parse(new TextDecoder().decode(request.body)));
        const headers = { 'content-type': 'application/x-amz-json-1.1' };
        return { response: { statusCode: status, headers, body: Readable.from([Buffer.from(JSON.stringify(body))]) } };
      },
    },
  };
}

/** The error that an AWS service of the JSON protocol answers with. */
export const awsError = (type: string, status = 400): ScriptedAnswer => ({
  status,
  body: { __type: type, message: `${type} of arn:aws:test:1234` },
});
