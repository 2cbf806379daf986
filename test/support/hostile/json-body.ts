import type { Operation } from '../../../lambda/domain/generation.ts';
import { imageNames } from './form-body.ts';
import type { HostileBody, Sent } from './hostile-body.ts';
import { goodImage } from './images.ts';
import type { Random } from './random.ts';
import { hostileFallbacks, hostileModel, hostileName, hostilePrompt, hostileReference, hostileText } from './texts.ts';

/** JSON of any kind, as text, so that what no value can express is among it. */
function hostileValue(random: Random, depth = 0): string {
  const nested = (): string => (depth > 3 ? 'null' : hostileValue(random, depth + 1));
  const several = (make: () => string): string => Array.from({ length: random.below(4) }, make).join(',');
  return random.make<string>([
    () => JSON.stringify(hostileText(random)),
    () => JSON.stringify(hostileReference(random)),
    () =>
      random.pick([
        '0',
        '1',
        '10',
        '11',
        '-1',
        '1.5',
        '1e999',
        '-1e999',
        '1e-400',
        '9007199254740993',
        `${'9'.repeat(500)}`,
      ]),
    () => random.pick(['true', 'false', 'null', '""', '[]', '{}']),
    () => `[${several(nested)}]`,
    () => `{${several(() => `${JSON.stringify(hostileName(random))}:${nested()}`)}}`,
    () => `[${several(() => `{"image_url":${JSON.stringify(hostileReference(random))}}`)}]`,
    () => (random.onceIn(4) ? hostileFallbacks(random) : JSON.stringify(hostileFallbacks(random))),
    () => {
      const levels = random.onceIn(30) ? random.below(3000) : random.below(40);
      return random.onceIn(2)
        ? '['.repeat(levels) + ']'.repeat(levels)
        : `${'{"":'.repeat(levels)}0${'}'.repeat(levels)}`;
    },
  ]);
}

/** A JSON submission: complete more often than not, with other members, some twice, and damaged once in five times. */
export function jsonBody(random: Random, operation: Operation): HostileBody {
  const image = goodImage(random);
  const prompt = hostilePrompt(random);
  const members: string[] = random.onceIn(8)
    ? []
    : [
        `"model":${JSON.stringify(hostileModel(random))}`,
        ...(operation === 'variation' ? [] : [`"prompt":${JSON.stringify(prompt)}`]),
        ...(operation === 'generation' ? [] : [`"image":"data:image/png;base64,${image.toString('base64')}"`]),
      ];
  const isComplete = members.length > 0;
  const others = Array.from(
    { length: random.below(random.onceIn(40) ? 90 : 5) },
    () => [hostileName(random), hostileValue(random)] as const,
  );
  for (const [name, value] of others) members.push(`${JSON.stringify(name)}:${value}`);
  const blank = random.pick(['', '', ' ', '\r\n\t']);
  const text = `${random.onceIn(50) ? '\ufeff' : ''}{${members.join(`${blank},${blank}`)}}`;
  const isOverwritten = others.some(([name]) => imageNames.test(name) || ['mask', 'prompt'].includes(name));
  const sent: Sent = {
    images: operation === 'generation' ? [] : [image],
    ...(operation === 'variation' ? {} : { prompt }),
  };
  return {
    bytes: Buffer.from(text),
    contentType: 'application/json',
    sent: isComplete && !isOverwritten ? sent : undefined,
  };
}
