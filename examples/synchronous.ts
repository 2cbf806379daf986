/** Edits photographs by OpenAI's own SDK, which needs nothing but another base URL. Needs the package `openai`. */
import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import OpenAI from 'openai';

const { DARKROOM_URL = 'http://127.0.0.1:8787', DARKROOM_KEY = 'sk-bf-local' } = process.env;
const openai = new OpenAI({ baseURL: `${DARKROOM_URL}/v1`, apiKey: DARKROOM_KEY });
const photograph = (name: string) => createReadStream(new URL(name, import.meta.url));

const { data = [] } = await openai.images.edit(
  {
    model: 'openai/gpt-image-2',
    prompt: 'Latte art of a fern',
    image: [photograph('coffee.png'), photograph('chelsea.png')],
    mask: photograph('coffee-mask.png'),
  },
  // Whoever sends the same request again with this key, even hours later, gets the result of the first.
  { headers: { 'Idempotency-Key': randomUUID() } },
);
for (const [index, { b64_json = '' }] of data.entries()) {
  await writeFile(`synchronous-${index + 1}.png`, Buffer.from(b64_json, 'base64'));
  console.log(`Saved synchronous-${index + 1}.png`);
}
