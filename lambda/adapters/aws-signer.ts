import type { SQSClient } from '@aws-sdk/client-sqs';
import { SignatureV4 } from '@smithy/signature-v4';
import type { AwsSigner, Clock } from '../domain/ports.ts';

/** What every client of the SDK knows: whose credentials it uses, and for which region. */
type ClientConfig = Pick<SQSClient['config'], 'credentials' | 'region' | 'sha256'>;

/** Signs with the credentials and the region of an SDK client, as the client itself would. */
export function createAwsSigner({ config }: { readonly config: ClientConfig }, clock: Clock): AwsSigner {
  return {
    region: () => config.region(),
    async sign({ method, url, headers, service }) {
      const { protocol, hostname, pathname, searchParams } = new URL(url);
      const signer = new SignatureV4({
        service,
        region: config.region,
        credentials: config.credentials,
        sha256: config.sha256,
        // Whoever checks a signed request may refuse headers that it doesn't know.
        applyChecksum: false,
      });
      const query = Object.fromEntries(searchParams);
      const request = { method, protocol, hostname, path: pathname, query, headers: { ...headers } };
      return (await signer.sign(request, { signingDate: new Date(clock.now()) })).headers;
    },
  };
}
