import { expect } from 'vitest';

/** An event of a stream, as a client reads it. */
export interface ReadEvent {
  readonly type: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into whatever there is.
  readonly data: any;
}

/** The events of a stream that has ended. It must hold nothing but events of two lines, and comments. */
export function eventsIn(stream: string): readonly ReadEvent[] {
  expect(stream).toMatch(/^(:\n\n|event: [a-z_]+(\.[a-z_]+)?\ndata: \{.*\}\n\n)*$/);
  return [...stream.matchAll(/event: (.*)\ndata: (.*)\n\n/g)].map(([, type = '', data = '']) => ({
    type,
    data: JSON.parse(data),
  }));
}

/** The same one by one, as they come. */
export async function* eventsOf(response: Response): AsyncGenerator<ReadEvent> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const piece of response.body ?? []) {
    text += decoder.decode(piece, { stream: true });
    const whole = text.lastIndexOf('\n\n');
    if (whole < 0) continue;
    yield* eventsIn(text.slice(0, whole + 2));
    text = text.slice(whole + 2);
  }
  expect(text).toBe('');
}
