import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { optionsOrExit, wholeNumber } from '../bin/command-line.ts';
import { localKey, runLocally } from '../bin/run-locally.ts';
import { medianOf, quantile } from './quantiles.ts';

/**
 * What a known answer saves in time: synchronous generations by a model that takes as long as real ones do, each followed by equal
 * ones, which are answered from the cache. Ends with 1 where a hit isn't 20 times as fast as a miss.
 *
 *   node bench/cache.ts --misses 3 --hits 10
 */

const usage = `Measures on a local stack how much faster a known answer is than a provider request of 15 seconds. Ends with 1 below 20 times.

  npm run bench:cache -- [--misses 3] [--hits 10]

--misses N  provider requests
--hits N    equal requests after each of them`;
const { misses, hits } = optionsOrExit(usage, (args) => {
  const options = { misses: { type: 'string', default: '3' }, hits: { type: 'string', default: '10' } } as const;
  const { values } = parseArgs({ args: [...args], options });
  return {
    misses: wholeNumber('--misses', values.misses, 1, 1000),
    hits: wholeNumber('--hits', values.hits, 1, 1000),
  };
});
const modelSeconds = 15;
const minRatio = 20;

interface Answered {
  readonly milliseconds: number;
  readonly isHit: boolean;
}

/** Makes a generation with a cache key. Throws where no image comes of it. */
async function generate(origin: string, prompt: string): Promise<Answered> {
  const begunAt = performance.now();
  const answer = await fetch(`${origin}/v1/images/generations`, {
    method: 'POST',
    headers: { authorization: `Bearer ${localKey}`, 'content-type': 'application/json', 'x-bf-cache-key': 'bench' },
    body: JSON.stringify({ model: 'openai/gpt-image-2', prompt, size: '1024x1024', response_format: 'url' }),
    signal: AbortSignal.timeout(120_000),
  });
  const text = await answer.text();
  const milliseconds = performance.now() - begunAt;
  if (!answer.ok) throw new Error(`${answer.status} ${text.slice(0, 1000)}`);
  const { extra_fields } = JSON.parse(text) as { readonly extra_fields: { cache_debug?: { cache_hit: boolean } } };
  return { milliseconds, isHit: extra_fields.cache_debug?.cache_hit === true };
}

const published: string[] = [];
const darkroom = await runLocally({
  port: 0,
  latencySeconds: modelSeconds,
  log: (line) => void (line.includes('answer_published') && published.push(line)),
});
try {
  const { origin } = darkroom.stack;
  const answered: Answered[] = [];
  for (let miss = 0; miss < misses; miss += 1) {
    const prompt = `a lighthouse, number ${miss} of the day`;
    answered.push(await generate(origin, prompt));
    while (published.length <= miss) await delay(10);
    for (let hit = 0; hit < hits; hit += 1) answered.push(await generate(origin, prompt));
  }
  const timesOf = (isHit: boolean) => answered.filter((each) => each.isHit === isHit).map((each) => each.milliseconds);
  const [ofHits, ofMisses] = [timesOf(true), timesOf(false)];
  if (ofHits.length !== misses * hits) throw new Error(`${ofHits.length} of ${misses * hits} were hits.`);
  const ratio = medianOf(ofMisses) / medianOf(ofHits);
  console.table(
    Object.entries({ miss: ofMisses, hit: ofHits }).map(([name, times]) => ({
      generation: name,
      count: times.length,
      'median ms': medianOf(times).toFixed(0),
      'p95 ms': quantile(times, 0.95).toFixed(0),
    })),
  );
  process.stdout.write(`A hit is ${ratio.toFixed(0)} times as fast as a miss of ${modelSeconds} s.\n`);
  if (ratio < minRatio) process.exitCode = 1;
} finally {
  await darkroom.stop();
}
