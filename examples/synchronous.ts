/** Edits photographs by OpenAI's own SDK, which needs nothing but another base URL. Needs the package `openai`. */
import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import OpenAI from 'openai';

const { DARKROOM_URL = 'http://127.0.0.1:8787', DARKROOM_KEY = 'sk-bf-local' } = process.env;
const openai = new OpenAI({ baseURL: `${DARKROOM_URL}/v1`, apiKey: DARKROOM_KEY });
const photograph = (name: string) => createReadStream(new URL(name, import.meta.url));

// Whoever sends the same request again with this key, even hours later, gets the result of the first.
const headers = { 'Idempotency-Key': randomUUID() };
const edit = () =>
  openai.images.edit(
    {
      model: 'openai/gpt-image-2',
      prompt: 'Latte art of a fern',
      image: [photograph('coffee.png'), photograph('chelsea.png')],
      mask: photograph('coffee-mask.png'),
    },
    { headers },
  );

/** Past its time limit the answer is a 504, and the job goes on at its `Location`: a 202 says that it is still open. */
async function whenEnded(error: unknown): Promise<void> {
  const isLate = error instanceof OpenAI.APIError && error.status === 504;
  const location = isLate ? error.headers?.get('location') : undefined;
  if (!location) throw error;
  const asked = { headers: { authorization: `Bearer ${DARKROOM_KEY}`, prefer: 'wait=20' } };
  console.error(`The answer was late; waiting for ${location}`);
  while ((await fetch(location, asked)).status === 202);
}

const { data = [] } = await edit().catch((error: unknown) => whenEnded(error).then(edit));
for (const [index, { b64_json = '' }] of data.entries()) {
  await writeFile(`synchronous-${index + 1}.png`, Buffer.from(b64_json, 'base64'));
  console.log(`Saved synchronous-${index + 1}.png`);
}
