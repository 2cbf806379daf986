/** Submits a job, asks for it until it has ended, and saves its images. Node 22.18 or later runs it as it is. */
import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';

const { DARKROOM_URL = 'http://127.0.0.1:8787', DARKROOM_KEY = 'sk-bf-local' } = process.env;
const headers = { authorization: `Bearer ${DARKROOM_KEY}`, 'content-type': 'application/json' };

interface ImageJob {
  readonly status: string;
  readonly result?: { readonly data: readonly { readonly url: string }[] };
  readonly error?: { readonly error: { readonly message: string } };
}

// With the key of the submission, a retry finds the job of the first try: nothing is made or paid for twice.
const submission = {
  method: 'POST',
  headers: { ...headers, 'idempotency-key': randomUUID() },
  body: JSON.stringify({ model: 'openai/gpt-image-2', prompt: 'a lighthouse at dusk', size: '1536x1024', n: 2 }),
};
const submit = () => fetch(`${DARKROOM_URL}/v1/async/images/generations`, submission);
const submitted = await submit().catch(submit);
if (!submitted.ok) throw new Error(await submitted.text());
const location = submitted.headers.get('location') ?? '';

// Each answer comes when the job has ended, or after 20 seconds; 202 says that it is still open.
let answer: Response;
do {
  answer = await fetch(location, { headers: { ...headers, prefer: 'wait=20' } });
} while (answer.status === 202);

const { status, result, error } = (await answer.json()) as ImageJob;
if (!result) throw new Error(`The job is ${status}: ${error?.error.message}`);
for (const [index, { url }] of result.data.entries()) {
  const image = await fetch(url);
  await writeFile(`asynchronous-${index + 1}.png`, await image.bytes());
  console.log(`Saved asynchronous-${index + 1}.png`);
}
