import type { VendorSimulator } from '../local/vendors/simulator.ts';

/** A generation that is to be streamed. */
export interface StreamOrder {
  /** The gateway's origin. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly model: string;
  /** No other request has it. */
  readonly prompt: string;
}

/**
 * Milliseconds from when the simulator begins to send its first partial image to when the client has it whole; the
 * simulator writes its times in whole ones. Throws where no partial image comes.
 */
export async function timeOfFirstPartial(order: StreamOrder, { ledger }: VendorSimulator): Promise<number> {
  const { url, headers, model, prompt } = order;
  const answer = await fetch(`${url}/v1/images/generations`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({ model, prompt, size: '1024x1024', quality: 'low', stream: true, partial_images: 1 }),
    signal: AbortSignal.timeout(30_000),
  });
  let hadAt: number | undefined;
  let text = '';
  for await (const chunk of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk;
    if (hadAt === undefined && /event: image_generation\.partial_image\n.*\n\n/.test(text)) hadAt = Date.now();
  }
  const sent = ledger.requests({ prompt })[0]?.events?.find(({ name }) => name.endsWith('.partial_image'));
  if (hadAt === undefined || sent === undefined) throw new Error(`No partial image came: ${text.slice(0, 1000)}`);
  return hadAt - Date.parse(sent.at);
}
