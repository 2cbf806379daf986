import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import type { SignRequest } from '../../domain/ports.ts';

/** SigV4 credentials. Those of a role have a session token and expire. */
export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface AwsSignerSettings {
  /** The service's name in the signature's scope, such as `bedrock`. */
  readonly service: string;
  /** Gives the credentials, renewed in time: an SDK client's own `config.credentials`. */
  readonly credentials: () => Promise<AwsCredentials>;
  /** @default the system's clock */
  readonly now?: () => number;
}

/**
 * Signs requests with AWS Signature Version 4 (SigV4), using the AWS SDK's signer. The caller passes the body's digest,
 * so that a body need not be held in memory to be signed.
 */
export const createAwsSigner =
  ({ service, credentials, now = Date.now }: AwsSignerSettings): SignRequest =>
  async ({ method, url, headers, bodySha256, region }) => {
    const { protocol, hostname, host, pathname, searchParams } = new URL(url);
    // A digest of an empty body would add a header that the verifying side need not know.
    const signer = new SignatureV4({ service, region, credentials, sha256: Sha256, applyChecksum: false });
    const digest = bodySha256 === undefined ? {} : { 'x-amz-content-sha256': bodySha256 };
    const signed = await signer.sign(
      {
        method,
        protocol,
        hostname,
        path: pathname,
        query: Object.fromEntries(searchParams),
        // The signer takes the body's digest from here, and the service checks what it received against it.
        headers: { ...headers, host, ...digest },
      },
      { signingDate: new Date(now()) },
    );
    return signed.headers;
  };

/** SHA-256, or HMAC-SHA-256 where there is a secret, as the hash class that the SDK's signer expects. */
class Sha256 {
  private readonly secret: Uint8Array | undefined;
  private hash: Hash | Hmac;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.secret = secret === undefined ? undefined : bytesOf(secret);
    this.hash = this.begun();
  }

  update(data: Uint8Array): void {
    this.hash.update(data);
  }

  async digest(): Promise<Uint8Array> {
    return this.hash.digest();
  }

  reset(): void {
    this.hash = this.begun();
  }

  private begun(): Hash | Hmac {
    return this.secret === undefined ? createHash('sha256') : createHmac('sha256', this.secret);
  }
}

function bytesOf(data: string | ArrayBuffer | ArrayBufferView): Uint8Array {
  if (typeof data === 'string') return Buffer.from(data);
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
