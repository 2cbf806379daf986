import { submissionFields } from '../../../lambda/contract/submission.ts';
import { operations } from '../../../lambda/domain/generation.ts';
import { goodImage, hostileImage } from './images.ts';
import type { Random } from './random.ts';

const fieldNames = [...new Set(operations.flatMap((each) => Object.keys(submissionFields[each].shape)))];
const inheritedNames = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'valueOf',
  'then',
  'toJSON',
];
const imageNames = ['image', 'image[]', 'images', 'mask', 'mask[]', 'fallbacks', 'fallbacks[]'];
const oddNames = [
  '',
  ' ',
  'a b',
  'größe',
  '🐻',
  '\0',
  '\ufeff',
  '\ud800',
  'x'.repeat(256),
  'x'.repeat(257),
  '[]',
  'a.b',
  '%22',
];

const models = [
  'openai/gpt-image-2',
  'openai/gpt-image-2-2026-04-21',
  'openai/gpt-image-2.5-flare',
  'gemini/gemini-3-pro-image',
  'stability/stable-image-core',
  'bfl/flux-2-pro',
  'fal/fal-ai/flux/dev',
];
const oddModels = [
  'openai/dall-e-3',
  'openai/gpt-image-1.5',
  'openai/',
  '/x',
  'acme/x',
  'openai',
  'a/b/c',
  `openai/${'m'.repeat(300)}`,
  'openai/\u2028',
  '__proto__/x',
  'constructor/name',
];

const oddNumbers = [
  '0',
  '-0',
  '1',
  '3',
  '10',
  '11',
  '-1',
  '1.5',
  '1e1',
  '1e999',
  '-1e999',
  '0x3',
  '03',
  '9007199254740993',
  '99999999999999999999',
  '1'.repeat(400),
  'NaN',
  'Infinity',
  ' 3',
  '٣',
];
const oddWords = [
  'true',
  'false',
  'True',
  'null',
  '',
  ' ',
  'auto',
  'hd',
  'png',
  'jpeg',
  'transparent',
  'url',
  'b64_json',
  '1024x1024',
  '99999x99999',
  '0x0',
  '1x1',
  '16:9',
  '2K',
  'inpainting',
  'background_removal',
];
const oddLetters = [
  '\0',
  '\ufeff',
  '\ud800',
  '\udc00',
  '\ud83d\udc3b',
  '\u2028',
  '\u202e',
  '\ufffd',
  'e\u0301',
  '\r\n',
  '"',
  '\\',
  '{{7*7}}',
  "'; --",
  '%00',
  '<script>',
];

/** The name of a field or part: most are the contract's own. */
export const hostileName = (random: Random): string =>
  random.pick([...fieldNames, ...fieldNames, ...imageNames, ...imageNames, ...inheritedNames, ...oddNames]);

export const hostileModel = (random: Random): string => random.pick(random.onceIn(8) ? oddModels : models);

/** Text that is a number, a word of the contract, letters that trouble readers, or long. */
export const hostileText = (random: Random): string =>
  random.make<string>([
    () => random.pick(oddNumbers),
    () => random.pick(oddWords),
    () => random.pick(oddWords),
    () => `a${random.pick(oddLetters)}b`,
    () => random.pick(oddLetters).repeat(1 + random.below(20)),
    () => hostileFallbacks(random),
    () => hostileReference(random),
    () =>
      random.pick(['x', '🐻', '\0', 'é']).repeat(random.onceIn(60) ? random.pick([1023, 1025, 31_999, 32_001]) : 30),
  ]);

/** What `fallbacks` may look like as text. */
export function hostileFallbacks(random: Random): string {
  const names = Array.from({ length: random.below(8) }, () => hostileModel(random));
  return random.make<string>([
    () => names[0] ?? '',
    () => JSON.stringify(names),
    () => JSON.stringify(names.map((name) => ({ provider: name.split('/')[0], model: name.split('/')[1] }))),
    () =>
      random.pick([
        '[',
        '{',
        '[[["a/b"]]]',
        '{"provider":"a"}',
        '{"provider":"a/b","model":"c"}',
        '[null]',
        '[{"__proto__":1}]',
        ' ["openai/gpt-image-2"]',
        '[1e999]',
      ]),
    () => '['.repeat(random.below(2000)),
  ]);
}

/** An image as text: a `data:` URI in one of its forms, or what only looks like one. */
export function hostileReference(random: Random): string {
  const base64 = (random.onceIn(3) ? hostileImage(random) : goodImage(random)).toString('base64');
  return random.make<string>([
    () => `data:image/png;base64,${base64}`,
    () => `DATA:;BASE64,${base64}`,
    () => `data:image/svg+xml;charset=utf-8;name="a.png";base64,${base64}`,
    () => `data:image/png;base64,${base64.replaceAll('+', '-').replaceAll('/', '_')}`,
    () => `data:image/png;base64,${base64.replace(/=+$/, '')}`,
    () => `data:image/png;base64,${base64}${random.pick(['=', '\n', ' ', '\0', '%3D', '====', '!'])}`,
    () => `data:image/png,${base64}`,
    () => `data:${';a=b'.repeat(random.below(90))};base64,${base64}`,
    () =>
      random.pick([
        'data:',
        'data:,',
        'data:;base64,',
        'data:;base64',
        'file-abc',
        `file-${'0'.repeat(32)}`,
        `FILE-${'a'.repeat(100_000)}`,
        'https://pictures.example/a.png',
        `https://${'a.'.repeat(50_000)}example/`,
        'https://[::ffff:7f00:1]/\0',
        'https:\\\\user@example\ud800',
        'https://169.254.169.254/',
        'file:///etc/passwd',
        base64,
      ]),
  ]);
}

/** A submission's prompt, and far too long a few times in a thousand. */
export const hostilePrompt = (random: Random): string =>
  random.onceIn(150)
    ? random.pick([
        '',
        '🐻'.repeat(32_000),
        '🐻'.repeat(32_001),
        '\ud800'.repeat(32_000),
        'x'.repeat(32_001),
        '\u0001'.repeat(32_000),
      ])
    : random.pick([
        'a lighthouse',
        'größe 🐻',
        '\0',
        '\ud800',
        '\ufeffx',
        '\ufffd',
        '\r\n\r\n',
        '--b--',
        '{"a":1}',
        'x'.repeat(9000),
      ]);
