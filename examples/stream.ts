/** Saves the images of a stream as they come, by OpenAI's own SDK. Needs the package `openai`. */
import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import OpenAI from 'openai';

const { DARKROOM_URL = 'http://127.0.0.1:8787', DARKROOM_KEY = 'sk-bf-local' } = process.env;
const openai = new OpenAI({ baseURL: `${DARKROOM_URL}/v1`, apiKey: DARKROOM_KEY });

const stream = await openai.images.generate(
  { model: 'openai/gpt-image-2', prompt: 'a lighthouse at dusk', stream: true, partial_images: 2 },
  { headers: { 'Idempotency-Key': randomUUID() } },
);
for await (const event of stream) {
  const name = event.type === 'image_generation.completed' ? 'stream' : `stream-${event.partial_image_index + 1}`;
  await writeFile(`${name}.png`, Buffer.from(event.b64_json, 'base64'));
  console.log(`${event.type}: saved ${name}.png`);
}
