import { describe, expect, it } from 'vitest';
import {
  failureInDetail,
  hasDetail,
  saidInDetail,
} from '../../../../../lambda/providers/wire/failures/detail-failure.ts';

const list = JSON.stringify({ detail: [{ loc: ['body', 'width'], msg: 'Too small', type: 'greater_than_equal' }] });

describe('saidInDetail', () => {
  it.each([
    [list, { message: 'Too small', types: ['greater_than_equal'], field: 'width' }],
    ['{"detail":[null,{"msg":"A","type":"a"},{"msg":"B","type":"b"}]}', { message: 'A B', types: ['a', 'b'] }],
    ['{"detail":{"error":"Invalid prompt"}}', { message: 'Invalid prompt', types: [] }],
    ['{"detail":"No credits","error_type":"billing"}', { message: 'No credits', types: ['billing'] }],
    ['{"error":"Unprocessable","error_type":"x"}', { message: 'Unprocessable', types: ['x'] }],
    ['Insufficient credits', { message: 'Insufficient credits', types: [] }],
    ['{"detail":[]}', { types: [] }],
    ['{"detail":null}', { types: [] }],
    ['<html>', { types: [] }],
    ['', { types: [] }],
  ])('reads %s', (body, said) => {
    expect(saidInDetail(body)).toEqual(said);
  });
});

describe('failureInDetail', () => {
  it('names the field in the words that it is given, and none that it has no word for', () => {
    expect(failureInDetail(list, () => 'size')).toEqual({ message: 'Too small', param: 'size' });
    expect(failureInDetail(list, () => undefined)).toEqual({ message: 'Too small' });
  });
});

describe('hasDetail', () => {
  it('tells the family from what stands in between', () => {
    expect([list, '{"message":"bad gateway"}', '<html>'].map(hasDetail)).toEqual([true, false, false]);
  });
});
