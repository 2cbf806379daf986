import { describe, expect, it } from 'vitest';
import { awslambda, createResponseStream } from '../../local/function-host/response-stream.ts';

/** A stream whose chunks are taken when the test says so, with all that becomes of it in order. */
function watched() {
  const seen: string[] = [];
  const waiting: (() => void)[] = [];
  const answer = createResponseStream({
    chunk(bytes, done) {
      seen.push(Buffer.from(bytes).toString());
      waiting.push(done);
    },
    end: () => void seen.push('END'),
  });
  answer.finished.catch(() => undefined);
  /** Takes all chunks, the later of which come only then. */
  const takeAll = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      next();
      await new Promise(setImmediate);
    }
  };
  return { ...answer, seen, takeAll };
}

describe(createResponseStream, () => {
  it('hands chunks on one by one, and tells of the end when the last has been taken', async () => {
    const { stream, seen, takeAll } = watched();
    stream.write('one');
    stream.write('two');
    stream.end();
    expect(seen).toEqual(['one']);
    await takeAll();
    expect(seen).toEqual(['one', 'two', 'END']);
  });

  it('tells of no end where the handler failed before it, but hands on what was written', async () => {
    const { stream, seen, takeAll, fail } = watched();
    stream.write('one');
    stream.write('two');
    const failed = fail();
    await takeAll();
    await failed;
    expect(seen).toEqual(['one', 'two']);
    expect(stream.writableFinished).toBe(true);
  });

  it('tells of the end that came before the handler failed, even if chunks were still on their way', async () => {
    const { stream, seen, takeAll, fail } = watched();
    stream.write('one');
    stream.end();
    const failed = fail();
    await takeAll();
    await failed;
    expect(seen).toEqual(['one', 'END']);
  });

  it('has done with a stream that was ended or destroyed long ago', async () => {
    const ended = watched();
    ended.stream.end();
    await ended.finished;
    await ended.fail();
    const destroyed = watched();
    destroyed.stream.destroy();
    await destroyed.fail();
    expect([ended.seen, destroyed.seen]).toEqual([['END'], []]);
  });

  it('lets a handler say what it sends before the first write alone, and change nothing that the runtime keeps', () => {
    const { stream, seen } = watched();
    awslambda.HttpResponseStream.from(stream, { statusCode: 200 });
    stream.write('body');
    expect(seen).toEqual(['{"statusCode":200}']);
    expect(() => awslambda.HttpResponseStream.from(stream, {})).toThrow('too late');
    expect(() => Object.assign(stream, { writableFinished: true })).toThrow(TypeError);
  });
});
