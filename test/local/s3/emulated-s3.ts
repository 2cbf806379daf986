import { CreateBucketCommand, GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { listenOnLoopback } from '../../../local/emulators/loopback-port.ts';
import { createObjectAndQueueEmulator } from '../../../local/emulators/objects-and-queues.ts';
import type { CorsRule } from '../../../local/emulators/s3/cors.ts';

/** The runner's S3 with one bucket, and a clock that can be put forward. */
export interface EmulatedS3 {
  readonly client: S3Client;
  readonly endpoint: string;
  readonly bucket: string;
  /** A client with other credentials or another region. */
  clientOf(other: {
    readonly region?: string;
    readonly accessKeyId?: string;
    readonly secretAccessKey?: string;
  }): S3Client;
  setCorsRules(rules: readonly CorsRule[]): void;
  /** Puts the emulator's clock forward, for good. */
  passSeconds(seconds: number): void;
  close(): Promise<void>;
}

const account = { region: 'eu-central-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };

export async function startEmulatedS3(): Promise<EmulatedS3> {
  let passed = 0;
  const emulator = await createObjectAndQueueEmulator({ account, now: () => Date.now() + passed });
  const endpoint = `http://127.0.0.1:${await listenOnLoopback(emulator.server, 0)}`;
  const clients: S3Client[] = [];
  const clientOf: EmulatedS3['clientOf'] = ({ region = account.region, ...credentials }) => {
    const client = new S3Client({
      endpoint,
      region,
      credentials: { ...account.credentials, ...credentials },
      forcePathStyle: true,
    });
    clients.push(client);
    return client;
  };
  const client = clientOf({});
  const bucket = 'pictures';
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  return {
    client,
    endpoint,
    bucket,
    clientOf,
    setCorsRules: (rules) => emulator.setCorsRules(bucket, rules),
    passSeconds(seconds) {
      passed += seconds * 1000;
    },
    async close() {
      for (const made of clients) made.destroy();
      await emulator.close();
    },
  };
}

/** The code and the message of S3's error body. */
export async function readError(
  response: Response,
): Promise<{ readonly status: number; readonly code: string; readonly message: string }> {
  const body = await response.text();
  const element = (name: string) => new RegExp(`<${name}>(.*?)</${name}>`, 's').exec(body)?.[1] ?? '';
  return { status: response.status, code: element('Code'), message: element('Message') };
}

/** A presigned address of an object. */
export const presignGet = (s3: EmulatedS3, Key: string, expiresIn = 60): Promise<string> =>
  getSignedUrl(s3.client, new GetObjectCommand({ Bucket: s3.bucket, Key }), { expiresIn });
