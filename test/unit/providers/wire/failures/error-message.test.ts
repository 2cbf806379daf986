import { describe, expect, it } from 'vitest';
import { messageIn } from '../../../../../lambda/providers/wire/failures/error-message.ts';

describe('messageIn', () => {
  it.each([
    ['{"detail":"No."}', 'No.'],
    ['{"detail":{"error":"No."}}', 'No.'],
    ['{"detail":[null,{"msg":"No."},{"msg":"No."},{"msg":"Never."}]}', 'No. Never.'],
    ['[{"error":{"code":429,"message":"No."}}]', 'No.'],
    ['{"error":"","message":" No. "}', 'No.'],
    ['{"object":"error","message":"No.","code":400}', 'No.'],
    ['{"detail":"","title":"No."}', 'No.'],
    ['"No."', 'No.'],
    [' No.\n', 'No.'],
  ])('finds the words in %s', (body, message) => {
    expect(messageIn(body)).toBe(message);
  });

  it.each([
    '',
    ' ',
    '<html>No.</html>',
    '{"detail":"No',
    '{"detail":null}',
    '[]',
    '42',
    '{"detail":[[[[[["No."]]]]]]}',
  ])('finds none in %s', (body) => {
    expect(messageIn(body)).toBeUndefined();
  });
});
