/** How the base64 of a png, jpeg and webp begins. */
const base64Heads = ['iVBORw0KGgo', '/9j/', 'UklGR'];

/**
 * The images of an answer, in order, whatever its format: the answer itself, each text in its JSON that is an image in
 * base64, or what stands at each address of a result. Found by other means than any adapter's.
 */
export async function imagesIn(answer: Buffer): Promise<readonly Buffer[]> {
  const found: (Buffer | Promise<Buffer>)[] = [];
  for (const text of textsIn(parsed(answer))) {
    if (base64Heads.some((head) => text.startsWith(head))) found.push(Buffer.from(text, 'base64'));
    else if (/^http:\/\/127\.0\.0\.1:\d+\/_results\//.test(text)) found.push(fetched(text));
  }
  return parsed(answer) === undefined ? [answer] : Promise.all(found);
}

function parsed(answer: Buffer): unknown {
  try {
    return JSON.parse(answer.toString('utf8'));
  } catch {
    return undefined;
  }
}

function* textsIn(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (typeof value === 'object' && value !== null) for (const each of Object.values(value)) yield* textsIn(each);
}

const fetched = async (address: string): Promise<Buffer> => Buffer.from(await (await fetch(address)).arrayBuffer());
