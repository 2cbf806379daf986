import { describe, expect, it } from 'vitest';
import { readFileUpload } from '../../../../lambda/http/files/file-request.ts';
import { readKeyCreation } from '../../../../lambda/http/keys/key-request.ts';
import { JsonNames } from '../../../../lambda/http/request/json-names.ts';
import { readSubmission } from '../../../../lambda/http/submission/submission-request.ts';
import { requestWith } from '../../../support/sample-events.ts';
import { refusalOf } from '../refusal.ts';

const id = (digit: number): string => `"file-${String(digit).repeat(32)}"`;
const edit = (members: string) => readSubmission(requestWith(`{"model":"a/b","prompt":"x",${members}}`), 'edit');

describe(JsonNames, () => {
  it.each([
    ['an image', `"image":${id(1)},"image":${id(2)}`, 'image', 'the body'],
    ['a list of images', `"images":[${id(1)}],"images":[${id(2)}]`, 'images', 'the body'],
    ['an image that is null at first', `"image":null,"image":${id(2)}`, 'image', 'the body'],
    ['a mask', `"image":${id(1)},"mask":${id(2)},"mask":${id(2)}`, 'mask', 'the body'],
    ['an image, spelled otherwise', `"image":${id(1)},"im\\u0061ge":${id(2)}`, 'image', 'the body'],
    ['an image, laid out otherwise', `"image" :\n${id(1)}\t,\n"image"\r:${id(1)}`, 'image', 'the body'],
    ['a field', '"image":"data:,","n":1,"n":2', 'n', 'the body'],
    ['a file in an entry', `"images":[{"file_id":${id(1)},"file_id":${id(2)}}]`, 'images', '"images"'],
    ['an address in an entry', `"image":{"image_url":{"url":"https://a","url":"https://b"}}`, 'image', '"image"'],
    ['a name behind what ended', `"x":[{"y":[{},{"y":"{[\\""}]},[]],"image":${id(1)},"x":0`, 'x', 'the body'],
    ['an unknown field', '"image":"data:,","x":{"y":{"z":1,"z":2}}', 'x', '"x"'],
    ['a name of the language', '"__proto__":1,"__proto__":2', '__proto__', 'the body'],
  ])('refuses a body that repeats %s, naming it', async (_, members, param, place) => {
    const refusal = await refusalOf(() => edit(members));
    expect(refusal).toMatchObject({ code: 'invalid_request', param });
    expect(refusal.message).toContain(`${place} more than once`);
  });

  it('takes equal names in different objects, and texts that look like names', async () => {
    const members = `"images":[{"file_id":${id(1)}},{"file_id":${id(2)}}],"x":["x","x",{"x":"x"},{"x":{"x":"model"}}]`;
    const { images } = await edit(`${members},"y":",\\"image\\":1,\\"image\\":2"`);
    expect(images).toMatchObject([{ fileId: JSON.parse(id(1)) }, { fileId: JSON.parse(id(2)) }]);
  });

  it.each(['{"a":1}}{"a":2,', ']"a"{"a":"a":', '{"\\x":1,"y":2}', '{"a":1,"a'])(
    'leaves %s to the parser',
    async (text) => {
      const refusal = await refusalOf(() => readSubmission(requestWith(text), 'generation'));
      expect(refusal.code).toBe('invalid_request');
    },
  );

  it('reads the bodies of files and of keys alike', async () => {
    const file = requestWith('{"filename":"a","bytes":1,"bytes":99,"content_type":"image/png"}', {});
    expect(await refusalOf(() => readFileUpload(file))).toMatchObject({ code: 'invalid_request', param: 'bytes' });
    const key = requestWith('{"name":"a","providers":{"openai":["*"],"openai":[]}}', {});
    expect(await refusalOf(() => readKeyCreation(key))).toMatchObject({ code: 'invalid_request', param: 'providers' });
  });
});
