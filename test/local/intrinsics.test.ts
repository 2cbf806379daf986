import { describe, expect, it } from 'vitest';
import { noValue, type References, resolveIntrinsics } from '../../local/intrinsics.ts';

const references: References = {
  ref: (name) => (name === 'AWS::NoValue' ? noValue : name === 'List' ? ['a', 'b'] : `ref-${name}`),
  attribute: (logicalId, attribute) => `${attribute} of ${logicalId}`,
  localise: (text) => text.replace('far', 'near'),
};

const resolve = (value: unknown) => resolveIntrinsics(value, references);

describe('resolveIntrinsics', () => {
  it.each([
    ['Ref', { Ref: 'Table' }, 'ref-Table'],
    ['Fn::GetAtt with two parts', { 'Fn::GetAtt': ['Queue', 'Arn'] }, 'Arn of Queue'],
    ['Fn::GetAtt with a dot', { 'Fn::GetAtt': 'Queue.Arn' }, 'Arn of Queue'],
    ['Fn::Join', { 'Fn::Join': ['-', ['a', { Ref: 'B' }, 3]] }, 'a-ref-B-3'],
    ['Fn::Join of a list', { 'Fn::Join': ['-', { Ref: 'List' }] }, 'a-b'],
    ['Fn::Sub', { 'Fn::Sub': `\${A}/\${B.Arn}/\${AWS::Region}/\${!C}` }, `ref-A/Arn of B/ref-AWS::Region/\${C}`],
    ['Fn::Sub with variables', { 'Fn::Sub': [`\${A}-\${B}`, { A: { Ref: 'X' } }] }, 'ref-X-ref-B'],
    ['Fn::Select', { 'Fn::Select': ['1', { Ref: 'List' }] }, 'b'],
    ['Fn::Split', { 'Fn::Split': [',', 'a,b'] }, ['a', 'b']],
  ])('resolves %s', (_, value, expected) => {
    expect(resolve({ deep: [value] })).toEqual({ deep: [expected] });
  });

  it('leaves out what refers to no value', () => {
    expect(resolve({ kept: 1, gone: { Ref: 'AWS::NoValue' }, list: [{ Ref: 'AWS::NoValue' }, 2] })).toEqual({
      kept: 1,
      list: [2],
    });
  });

  it('lets texts be brought home that were put together', () => {
    expect(resolve({ 'Fn::Join': ['', ['https://', 'far', '/x']] })).toBe('https://near/x');
  });

  it('names an intrinsic that it does not know', () => {
    expect(() => resolve({ a: { 'Fn::ImportValue': 'x' } })).toThrow('Fn::ImportValue');
  });

  it('refuses a dynamic reference instead of handing it on as text', () => {
    expect(() => resolve('{{resolve:ssm:/a}}')).toThrow('dynamic reference');
  });
});
