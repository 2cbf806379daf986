import { buffer, text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import type { ByteStream } from '../../../../lambda/domain/images/image.ts';
import type { CompletedJob } from '../../../../lambda/domain/jobs/job.ts';
import { base64Of } from '../../../../lambda/http/answer/base64-stream.ts';
import { jobBody, maxStreamedBytes, resultBody, type ShownFormat } from '../../../../lambda/http/answer/job-body.ts';
import { jobView, resultView } from '../../../../lambda/http/answer/job-view.ts';
import { completedJob, failedJob, openJob } from '../sample-jobs.ts';

const presentation = { linkTo: (index: number) => `https://a.example/${index}` };
const contentOf = (key: string): Buffer => Buffer.from(Array.from({ length: key.length * 37 }, (_, at) => at % 256));

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield new Uint8Array(bytes.subarray(at, at + size));
}

const opener = (size: number) => async (key: string) => inPieces(contentOf(key), size);
const inBase64 = (more: Partial<CompletedJob> = {}) => completedJob({ responseFormat: 'b64_json', ...more });
const never = async () => {
  throw new Error('nothing should be opened');
};

describe('jobBody', () => {
  it('is plain JSON for links and for jobs without a result', () => {
    for (const job of [completedJob(), openJob({ responseFormat: 'b64_json' }), failedJob()]) {
      expect(jobBody(job, presentation, never)).toBe(JSON.stringify(jobView(job, presentation)));
    }
  });

  it.each([1, 2, 3, 4, 5, 7, 64, 100_000])('writes the images’ base64 from pieces of %i bytes', async (size) => {
    const { result } = completedJob();
    const images = ['a', 'bb', 'ccc'].map((key) => ({ ...result.images[1], key }) as (typeof result.images)[0]);
    const job = inBase64({ result: { ...result, images } });
    const body = JSON.parse(await text(jobBody(job, presentation, opener(size)) as ByteStream));
    const expected = jobView(job, presentation);
    expect(body).toEqual({
      ...expected,
      result: {
        ...expected.result,
        data: images.map(({ key }, index) => ({
          b64_json: contentOf(key).toString('base64'),
          content_credentials: false,
          index,
        })),
      },
    });
  });

  it('keeps what is said of each image beside it', async () => {
    const body = JSON.parse(await text(jobBody(inBase64(), presentation, opener(10)) as ByteStream));
    expect(body.result.data[0]).toMatchObject({ revised_prompt: 'a finer prompt', index: 0 });
    expect(body.result.data[0]).not.toHaveProperty('url');
  });

  it('is whole JSON even where an image is empty', async () => {
    const empty = JSON.parse(
      await text(jobBody(inBase64(), presentation, async () => inPieces(Buffer.alloc(0), 1)) as ByteStream),
    );
    expect(empty.result.data.map((each: { b64_json: string }) => each.b64_json)).toEqual(['', '']);
  });

  it('opens one image at a time, reads no further than is asked, and closes what it left unread', async () => {
    const log: string[] = [];
    const open = async (key: string) => {
      log.push(`open ${key}`);
      return (async function* () {
        try {
          for (let piece = 0; piece < 100; piece += 1) yield Buffer.alloc(300);
        } finally {
          log.push(`close ${key}`);
        }
      })();
    };
    const stream = (jobBody(inBase64(), presentation, open) as ByteStream)[Symbol.asyncIterator]();
    await stream.next();
    await stream.next();
    expect(log).toEqual(['open results/0.png']);
    await stream.return?.();
    expect(log).toEqual(['open results/0.png', 'close results/0.png']);
  });

  it('sends nothing before the first image could be opened', async () => {
    const failing = async () => {
      throw new Error('no such object');
    };
    const stream = (jobBody(inBase64(), presentation, failing) as ByteStream)[Symbol.asyncIterator]();
    await expect(stream.next()).rejects.toThrow('no such object');
  });

  it('shows links and a warning where the answer would be too large', () => {
    const { result } = completedJob();
    const [image] = result.images;
    if (!image) throw new Error('The sample has images.');
    const sized = (bytes: number) => inBase64({ result: { ...result, images: [{ ...image, bytes }] } });
    const most = Math.floor((maxStreamedBytes / 4) * 3);
    expect(typeof jobBody(sized(most - 3_000), presentation, never)).toBe('object');
    const body = JSON.parse(jobBody(sized(most), presentation, never) as string);
    expect(body.result.data[0].url).toBe('https://a.example/0');
    expect(body.result.extra_fields.warnings).toMatchObject([
      { code: 'response_format_changed', param: 'response_format' },
    ]);
    expect(typeof jobBody(sized(3_000), presentation, never, 3_999)).toBe('string');
  });
});

describe('resultBody', () => {
  const bodyOf = async (format: ShownFormat, job = completedJob()) => {
    const body = resultBody(job, presentation, format, opener(10));
    return { body, json: JSON.parse(typeof body === 'string' ? body : await text(body)) };
  };

  it('is the result alone, as links without opening anything', () => {
    const job = completedJob({ responseFormat: 'b64_json' });
    expect(resultBody(job, presentation, 'url', never)).toBe(JSON.stringify(resultView(job, presentation)));
  });

  it('shows each image both ways where nobody said which', async () => {
    const job = completedJob();
    const { json } = await bodyOf('both', job);
    const view = resultView(job, presentation);
    const data = view.data.map((image, index) => ({
      ...image,
      b64_json: contentOf(job.result.images[index]?.key ?? '').toString('base64'),
    }));
    expect(json).toEqual({ ...view, data });
    expect(Object.keys((await bodyOf('b64_json', job)).json.data[0])).not.toContain('url');
  });

  it('keeps to links, with a warning, where both ways would be too large', async () => {
    const { result } = completedJob();
    const [image] = result.images;
    const large = completedJob({
      result: { ...result, images: [{ ...image, bytes: maxStreamedBytes } as (typeof result.images)[0]] },
    });
    const { body, json } = await bodyOf('both', large);
    expect(typeof body).toBe('string');
    expect(json.data).toMatchObject([{ url: 'https://a.example/0', revised_prompt: 'a finer prompt', index: 0 }]);
    expect(json.data[0]).not.toHaveProperty('b64_json');
    expect(json.extra_fields.warnings).toMatchObject([{ code: 'response_format_changed' }]);
  });
});

describe('base64Of', () => {
  it('gives the base64 of the whole, whatever the pieces, empty ones among them', async () => {
    const bytes = contentOf('some key');
    async function* pieces() {
      yield new Uint8Array(0);
      yield* inPieces(bytes.subarray(0, 11), 1);
      yield new Uint8Array(0);
      yield bytes.subarray(11);
    }
    expect((await buffer(base64Of(pieces()))).toString('latin1')).toBe(bytes.toString('base64'));
  });
});
