import { describe, expect, it } from 'vitest';
import { answerExamples } from '../../lambda/contract/openapi/openapi-answer-examples.ts';
import { errorExamples } from '../../lambda/contract/openapi/openapi-errors.ts';
import { holdAgainstDocument } from './documented-answers.ts';

const job = '/v1/async/images/edits/22c8e800-2a41-4811-acf6-97273d3a13fb';
const id = { 'x-request-id': 'r', 'content-type': 'application/json; charset=utf-8' };

const hold = (method: string, path: string, status: number, headers: Record<string, string>, body?: unknown) => () =>
  holdAgainstDocument(method, `http://127.0.0.1${path}`, {
    status,
    headers: new Headers(headers),
    bytes: Buffer.from(body === undefined ? '' : JSON.stringify(body)),
  });

describe('holdAgainstDocument', () => {
  const open = answerExamples['pending-job'];
  const ended = answerExamples['completed-job'];
  const goesOn = { ...id, location: 'http://127.0.0.1/a', 'retry-after': '3' };
  const missing = errorExamples.not_found;

  it.each([
    ['an open job', hold('GET', job, 202, goesOn, open)],
    ['the same below a stage', hold('GET', `/main${job}`, 202, goesOn, open)],
    ['a job that has ended', hold('GET', job, 200, id, ended)],
    ['the head of one', hold('HEAD', job, 200, id)],
    ['another method', hold('PUT', job, 405, { ...id, allow: 'GET' }, errorExamples.method_not_allowed)],
    ['what OPTIONS is answered', hold('OPTIONS', job, 204, { 'x-request-id': 'r', allow: 'GET, OPTIONS' })],
    ['an unknown path', hold('GET', '/v2', 404, id, missing)],
    ['what is not the gateway', hold('GET', '/bucket/key', 200, { 'content-type': 'image/png' }, 'x')],
    ["API Gateway's own 413", hold('POST', '/v1/images/edits', 413, id, answerExamples['request-too-long'])],
  ])('lets pass %s', (_, held) => {
    expect(held).not.toThrow();
  });

  it.each([
    ['a status that is not there', hold('GET', job, 418, id, missing), 'no such answer'],
    ['an unknown path that is none', hold('GET', '/v2', 200, id, {}), 'no such answer'],
    ['a header that is missing', hold('GET', job, 202, { ...goesOn, 'retry-after': '' }, open), 'must be >= 1'],
    [
      'no header at all',
      hold('GET', job, 200, { 'content-type': 'application/json' }, ended),
      'x-request-id is missing',
    ],
    ['a header that is not documented', hold('GET', job, 200, goesOn, ended), 'Location is not documented'],
    ['a member that is missing', hold('GET', job, 200, id, { ...ended, id: undefined }), "'id'"],
    ['a member that is not documented', hold('GET', job, 200, id, { ...ended, mood: 'good' }), 'mood'],
    ['a wrong value far inside', hold('GET', job, 200, id, { ...ended, result: { ...ended.result, size: 1 } }), 'size'],
    ['another type', hold('GET', job, 200, { ...id, 'content-type': 'text/html' }, ended), 'text/html'],
    ['a body where there is none', hold('DELETE', job, 204, id, {}), 'there is a body'],
  ])('refuses %s', (_, held, says) => {
    expect(held).toThrow(says);
  });
});
