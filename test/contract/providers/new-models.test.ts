import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { inputImage } from './memory-call.ts';
import { createFixture, submission } from './provider-fixture.ts';

const picture = (width: number, height: number): Promise<Uint8Array> =>
  sharp({ create: { width, height, channels: 3, background: '#a84' } })
    .png()
    .toBuffer();

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
  { name: 'bfl', model: 'flux-3-image', parameters: { aspect_ratio: '7:5', resolution: '768sq' } },
  { name: 'fal', model: 'fal-ai/nano-banana-2', parameters: { aspect_ratio: '8:1', resolution: '0.5K' } },
  { name: 'fal', model: 'fal-ai/nano-banana-pro', parameters: { size: '1024x1024', output_format: 'webp' } },
  { name: 'fal', model: 'fal-ai/bytedance/seedream/v4.5', parameters: { size: '1920x1920', seed: 7 } },
  { name: 'fal', model: 'fal-ai/bytedance/seedream/v5/lite', parameters: { size: '1920x1920' } },
  { name: 'fal', model: 'fal-ai/qwen-image-2', parameters: { size: '1024x768', negative_prompt: 'fog' } },
  { name: 'replicate', model: 'black-forest-labs/flux-3-image', parameters: { aspect_ratio: '2:1', resolution: '1k' } },
  { name: 'replicate', model: 'google/nano-banana-2', parameters: { aspect_ratio: '8:1', output_format: 'jpeg' } },
  { name: 'replicate', model: 'google/nano-banana-pro', parameters: { aspect_ratio: '16:9', resolution: '2K' } },
  { name: 'replicate', model: 'bytedance/seedream-4.5', parameters: { aspect_ratio: '21:9', resolution: '2K' } },
  { name: 'replicate', model: 'qwen/qwen-image-2512', parameters: { size: '1024x768', num_inference_steps: 30 } },
] as const;

describe.each(newcomers)('$name/$model', ({ parameters, ...subject }) => {
  const fixture = createFixture(subject);

  it('makes an image as the vendor plays it', async () => {
    const { finished } = await fixture.start(fixture.plan(submission({ parameters })));
    expect(finished.images).toHaveLength(1);
    expect(fixture.submits()).toHaveLength(1);
  });

  const takesSeveral = fixture.serves('edit') && fixture.row.inputImages > 1;
  if (!takesSeveral) return;

  it('edits two images at once', async () => {
    const bytes = await picture(1024, 768);
    const images = ['first', 'second'].map((key) => inputImage(key, bytes));
    const asked = submission({ operation: 'edit', parameters });
    const { finished } = await fixture.start(fixture.plan(asked, images), {
      inputs: new Map(images.map(({ key }) => [key, bytes])),
    });
    expect(finished.images).toHaveLength(1);
    expect(fixture.submits()[0]?.files).toHaveLength(2);
  });
});
