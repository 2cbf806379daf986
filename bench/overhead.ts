import { parseArgs } from 'node:util';
import { optionsOrExit, wholeNumber } from '../bin/command-line.ts';
import { localKey, runLocally } from '../bin/run-locally.ts';
import type { VendorSimulator } from '../local/vendors/simulator.ts';
import { timeOfFirstPartial } from './first-partial.ts';
import { startPortkey } from './portkey.ts';
import { medianOf, quantile } from './quantiles.ts';

/**
 * What the gateway adds to a synchronous generation, beside what Portkey's open-source gateway adds, which passes requests on
 * and keeps nothing: the time from the request to the last byte of its answer, less the simulator's own. Both run on this
 * machine and ask the same simulator, in turn. Then how long a partial image takes from the simulator to the client; ends with 1
 * where that is too long.
 *
 *   node bench/overhead.ts --pairs 60
 */

const usage = `Measures what the gateway adds to a synchronous generation on a local stack, beside another gateway, which it installs from npm
into a temporary folder. Ends with 1 where partial images take too long.

  npm run bench:overhead -- [--pairs 60]`;
const pairs = optionsOrExit(usage, (args) => {
  const { values } = parseArgs({ args: [...args], options: { pairs: { type: 'string', default: '60' } } });
  return wholeNumber('--pairs', values.pairs, 1, 10_000);
});
const warmUps = 5;
const streams = 20;
const maxPartialMilliseconds = 300;

/** Somebody who makes images, and what it takes to ask for one there. */
interface Gateway {
  readonly name: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly model: string;
}

let asked = 0;

/** Milliseconds that one generation takes beyond the simulator's own time. Throws where no image comes of it. */
async function addedBy({ url, headers, model, name }: Gateway, { ledger }: VendorSimulator): Promise<number> {
  asked += 1;
  const prompt = `a lighthouse at dusk, number ${asked} of the day`;
  const begunAt = performance.now();
  const answer = await fetch(`${url}/v1/images/generations`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({ model, prompt, size: '1024x1024', quality: 'low' }),
    signal: AbortSignal.timeout(30_000),
  });
  const text = await answer.text();
  const took = performance.now() - begunAt;
  if (!answer.ok || !text.includes('"b64_json"')) throw new Error(`${name}: ${answer.status} ${text.slice(0, 1000)}`);
  const [request, ...further] = ledger.requests({ prompt });
  if (request?.answeredAt === undefined || further.length > 0) throw new Error(`${name} asked otherwise than once.`);
  return took - (Date.parse(request.answeredAt) - Date.parse(request.at));
}

async function compare(ours: Gateway, theirs: Gateway, simulator: VendorSimulator): Promise<void> {
  const times = new Map<Gateway, number[]>([
    [ours, []],
    [theirs, []],
  ]);
  for (let pair = -warmUps; pair < pairs; pair += 1) {
    // Whoever goes first finds the machine otherwise than the second.
    for (const gateway of pair % 2 === 0 ? [ours, theirs] : [theirs, ours]) {
      const added = await addedBy(gateway, simulator);
      if (pair >= 0) times.get(gateway)?.push(added);
    }
  }
  const baseline = times.get(theirs) ?? [];
  console.table(
    [...times].map(([{ name }, added]) => ({
      gateway: name,
      'median ms added': medianOf(added).toFixed(1),
      'p95 ms added': quantile(added, 0.95).toFixed(1),
      'ratio of medians': (medianOf(added) / medianOf(baseline)).toFixed(2),
    })),
  );
}

async function follow(ours: Gateway, simulator: VendorSimulator): Promise<void> {
  const times: number[] = [];
  for (let stream = -warmUps; stream < streams; stream += 1) {
    const time = await timeOfFirstPartial({ ...ours, prompt: `a lighthouse, stream ${stream}` }, simulator);
    if (stream >= 0) times.push(time);
  }
  console.table([
    {
      'stream: true': `from the provider's first partial image to the client's, ${streams} times`,
      'median ms': medianOf(times).toFixed(0),
      'p95 ms': quantile(times, 0.95).toFixed(0),
    },
  ]);
  if (medianOf(times) >= maxPartialMilliseconds) process.exitCode = 1;
}

/** What the difference buys. */
const within = `Within that time Darkroom has also counted the request against its key's limits, written the job, and an entry of
its ledger before and after the provider was asked, stored the image and a manifest, and signed a link to it: whatever dies,
the job ends, and is not paid for twice. Portkey's gateway passes the request on and keeps nothing.`;

const darkroom = await runLocally({ port: 0, latencySeconds: 0.1, log: () => undefined });
try {
  const { simulator, stack } = darkroom;
  const portkey = await startPortkey();
  try {
    const ours = {
      name: 'Darkroom',
      url: stack.origin,
      headers: { authorization: `Bearer ${localKey}` },
      model: 'openai/gpt-image-2',
    };
    const theirs = {
      name: 'Portkey',
      url: portkey.origin,
      headers: { authorization: 'Bearer sk-simulated', ...portkey.headersFor(simulator.baseUrl('openai')) },
      model: 'gpt-image-2',
    };
    await compare(ours, theirs, simulator);
    process.stdout.write(`${within}\n`);
    await follow(ours, simulator);
  } finally {
    await portkey.stop();
  }
} finally {
  await darkroom.stop();
}
