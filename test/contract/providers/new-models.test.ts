import { describe, expect, it } from 'vitest';
import { createBench, submission } from './provider-bench.ts';

const newcomers = [
  { name: 'gemini', model: 'gemini-nano-banana-2.1', parameters: { aspect_ratio: '8:1', resolution: '1K' } },
  {
    name: 'vertex',
    model: 'gemini-nano-banana-2.1',
    parameters: { aspect_ratio: '16:9', resolution: '1K' },
    endpoint: { project: 'simulated-project', location: 'global' },
  },
  { name: 'recraft', model: 'recraftv4_1_utility', parameters: { size: '1344x768' } },
  { name: 'recraft', model: 'recraftv4_1_utility_pro', parameters: { size: '2688x1536' } },
  { name: 'recraft', model: 'recraftv4_1_flash', parameters: { size: '1024x1024' } },
] as const;

describe.each(newcomers)('$name/$model', ({ parameters, ...subject }) => {
  const bench = createBench(subject);

  it('makes an image as the vendor plays it', async () => {
    const { finished } = await bench.start(bench.plan(submission({ parameters })));
    expect(finished.images).toHaveLength(1);
    expect(bench.submits()).toHaveLength(1);
  });
});
