import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Part } from '../../../../scripts/api-surface/api-change.ts';
import { apiChanges } from '../../../../scripts/api-surface/document-changes.ts';

/** A document of one operation, and what is said of it beside. */
const documentOf = (operation: Part, beside: Part = {}): Part => ({
  paths: { '/v1/a': { post: operation } },
  ...beside,
});

/** What changes between two forms of one operation, as `! ` for what breaks and `  ` for what doesn't. */
const changes = (before: Part, after: Part): readonly string[] =>
  apiChanges(before, after).map(({ where, what, breaking }) => `${breaking ? '!' : ' '} ${where}: ${what}`);

const ofOperation = (before: Part, after: Part): readonly string[] =>
  changes(documentOf(before), documentOf(after)).map((line) => line.replace('POST /v1/a', 'it'));

const json = (schema: Part) => ({ content: { 'application/json': { schema } } });
const answers = (...statuses: readonly string[]) => ({
  responses: Object.fromEntries(statuses.map((status) => [status, {}])),
});

describe(apiChanges, () => {
  describe('routes', () => {
    it('may be added, and break where they go', () => {
      const one = documentOf({});
      const two = { paths: { '/v1/a': { post: {}, get: {} }, '/v1/b': { get: {} } } };
      expect(changes(one, two)).toEqual(['  GET /v1/a: is new', '  GET /v1/b: is new']);
      expect(changes(two, one)).toEqual(['! GET /v1/a: is gone', '! GET /v1/b: is gone']);
    });

    it('may change in prose and examples', () => {
      expect(ofOperation({ summary: 'a', tags: ['x'] }, { summary: 'b', description: 'c' })).toEqual([]);
      const schema = { type: 'string', description: 'a' };
      expect(ofOperation({ requestBody: json(schema) }, { requestBody: json({ ...schema, examples: ['b'] }) })).toEqual(
        [],
      );
    });
  });

  describe('credentials', () => {
    const open = { security: [] };
    const bearer = { security: [{ bearer: [] }] };
    const either = { security: [{ bearer: [] }, { key: [], secret: [] }] };

    it('may be taken in more ways, and break where one is taken no more', () => {
      expect(ofOperation(bearer, either)).toEqual(['  it: takes key and secret']);
      expect(ofOperation(either, bearer)).toEqual(['! it: no longer takes key and secret']);
      expect(ofOperation(open, bearer)).toContain('! it: needs a credential');
      expect(ofOperation(bearer, open)).toEqual(['  it: no longer takes bearer', '  it: takes no credential']);
      expect(ofOperation({}, { security: [{}] })).toEqual([]);
    });

    it('are those of the document where an operation names none', () => {
      expect(changes(documentOf({}, bearer), documentOf({}))).toContain('  POST /v1/a: takes no credential');
      expect(changes(documentOf(bearer), documentOf({}, bearer))).toEqual([]);
    });

    it('break where they are sent otherwise', () => {
      const sentAs = (name: string) =>
        documentOf(
          {},
          { components: { securitySchemes: { key: { type: 'apiKey', in: 'header', name, description: name } } } },
        );
      expect(changes(sentAs('x-key'), sentAs('x-api-key'))).toEqual(['! credential key: is sent otherwise']);
    });
  });

  describe('parameters', () => {
    const header = { name: 'X-Wait', in: 'header', schema: { type: 'integer', maximum: 10 } };
    const some = { parameters: [header] };

    it('may be added where they are optional, and break where they go or are required', () => {
      expect(ofOperation({}, some)).toEqual(['  it: has a new header parameter x-wait']);
      expect(ofOperation({}, { parameters: [{ ...header, required: true }] })).toEqual([
        '! it: has a new required header parameter x-wait',
      ]);
      expect(ofOperation(some, {})).toEqual(['! it: has no header parameter x-wait any more']);
      expect(ofOperation(some, { parameters: [{ ...header, required: true }] })).toEqual([
        '! it: requires header parameter x-wait',
      ]);
      expect(ofOperation({ parameters: [{ ...header, required: true }] }, some)).toEqual([
        '  it: may lack header parameter x-wait',
      ]);
    });

    it('are told apart by where they are, headers without regard to case, and found by reference', () => {
      expect(ofOperation(some, { parameters: [{ ...header, name: 'x-wait' }] })).toEqual([]);
      const shared = documentOf(
        { parameters: [{ $ref: '#/components/parameters/Wait' }] },
        { components: { parameters: { Wait: header } } },
      );
      expect(changes(documentOf(some), shared)).toEqual([]);
      expect(changes({ paths: { '/v1/a': { parameters: [header], post: {} } } }, documentOf(some))).toEqual([]);
      expect(ofOperation(some, { parameters: [{ ...header, in: 'query' }] })).toHaveLength(2);
    });

    it('break where less is taken', () => {
      const shorter = { parameters: [{ ...header, schema: { type: 'integer', maximum: 5 } }] };
      expect(ofOperation(some, shorter)).toEqual(['! it header parameter x-wait: has maximum 5 instead of 10']);
      expect(ofOperation(shorter, some)).toEqual(['  it header parameter x-wait: has maximum 10 instead of 5']);
    });
  });

  describe('bodies of requests', () => {
    const body = json({ type: 'string' });

    it('break where they go, are required, or lose a type', () => {
      expect(ofOperation({}, { requestBody: body })).toEqual(['  it: takes a body']);
      expect(ofOperation({}, { requestBody: { ...body, required: true } })).toEqual(['! it: takes a body']);
      expect(ofOperation({ requestBody: body }, {})).toEqual(['! it: takes no body any more']);
      expect(ofOperation({ requestBody: body }, { requestBody: { ...body, required: true } })).toEqual([
        '! it: requires a body',
      ]);
      const form = { content: { 'multipart/form-data': { schema: {} } } };
      const both = { content: { ...body.content, ...form.content } };
      expect(ofOperation({ requestBody: both }, { requestBody: body })).toEqual([
        '! it request: is never multipart/form-data any more',
      ]);
      expect(ofOperation({ requestBody: body }, { requestBody: both })).toEqual([
        '  it request: may be multipart/form-data, too',
      ]);
    });

    it('are for people to judge where they are encoded otherwise', () => {
      const form = (encoding: Part) => ({
        requestBody: { content: { 'multipart/form-data': { schema: {}, encoding } } },
      });
      expect(
        ofOperation(form({ image: { contentType: 'image/png' } }), form({ image: { contentType: 'image/webp' } })),
      ).toEqual(['! it request multipart/form-data: has another encoding, which is for you to judge']);
    });
  });

  describe('answers', () => {
    it('break where a status or a type of content goes', () => {
      expect(ofOperation(answers('200', '202'), answers('200'))).toEqual(['! it: never answers 202 any more']);
      expect(ofOperation(answers('200'), answers('200', '202'))).toEqual(['  it: may answer 202']);
      const before = { responses: { 200: json({}) } };
      expect(ofOperation(before, answers('200'))).toEqual(['! it answer 200: is never application/json any more']);
    });

    it('break where a header goes, or is not always there', () => {
      const withHeader = (headers: Part) => ({ responses: { 200: { headers } } });
      const always = withHeader({ Location: { required: true, schema: { type: 'string' } } });
      const sometimes = withHeader({ location: { schema: { type: 'string' } } });
      expect(ofOperation(always, withHeader({}))).toEqual(['! it answer 200: has no header location any more']);
      expect(ofOperation(withHeader({}), always)).toEqual(['  it answer 200: has a new header location']);
      expect(ofOperation(always, sometimes)).toEqual(['! it answer 200: may lack the header location']);
      expect(ofOperation(sometimes, always)).toEqual(['  it answer 200: always has the header location']);
    });
  });

  describe('what there are no rules for', () => {
    it('is for people to judge', () => {
      const judge = 'which is for you to judge';
      const callbacks = { done: { '{$request.body#/url}': { post: {} } } };
      expect(ofOperation({}, { callbacks })).toEqual([`! it: has another callbacks, ${judge}`]);
      expect(changes(documentOf({}), documentOf({}, { webhooks: { done: { post: {} } } }))).toEqual([
        `! The document: has another webhooks, ${judge}`,
      ]);
      const list = { name: 'ids', in: 'query', schema: { type: 'array' } };
      expect(ofOperation({ parameters: [list] }, { parameters: [{ ...list, explode: false }] })).toEqual([
        `! it query parameter ids: has another explode, ${judge}`,
      ]);
    });
  });

  describe('paths', () => {
    it('are found behind a reference', () => {
      const item = { post: {} };
      const shared = {
        paths: { '/v1/a': { $ref: '#/components/pathItems/A' } },
        components: { pathItems: { A: item } },
      };
      expect(changes(documentOf({}), shared)).toEqual([]);
    });
  });

  describe("the API's own document", () => {
    const text = readFileSync('docs/openapi.json', 'utf8');
    // biome-ignore lint/suspicious/noExplicitAny: the document is changed at will.
    const planted = (change: (document: any) => void): readonly string[] => {
      const document = JSON.parse(text);
      change(document);
      return changes(JSON.parse(text), document);
    };

    it('is the same as itself', () => {
      expect(planted(() => {})).toEqual([]);
    });

    it('is seen to break by each change that breaks it, and by no other', () => {
      const path = '/v1/async/images/generations';
      const found = [
        planted(({ paths }) => delete paths['/health']),
        planted(({ paths }) => delete paths[path].post.responses['429']),
        planted(({ paths }) => (paths[path].post.security = [{ bearer: [] }])),
        planted(({ components }) => delete components.schemas.ImageGenerationSubmission.properties.seed),
        planted(({ components }) => (components.schemas.ImageGenerationSubmission.properties.prompt.maxLength = 10)),
        planted(({ components }) => delete components.schemas.ImageJob.properties.status),
        planted(({ components }) => components.schemas.ImageJob.properties.status.enum.push('paused')),
        planted(({ components }) => components.schemas.Health.required.pop()),
      ];
      expect(found.map((lines) => lines.filter((line) => line.startsWith('!')).length > 0)).toEqual(
        found.map(() => true),
      );
      expect(found[4]).toEqual(['! ImageGenerationSubmission in requests.prompt: has maxLength 10 instead of 32000']);
      expect(found[6]).toEqual([
        '! ImageJob in answers.status: gained the value "paused", which may break exhaustive switches',
      ]);
      const harmless = [
        planted(({ paths }) => (paths['/v1/new'] = { get: {} })),
        planted(({ components }) => (components.schemas.ImageJob.properties.note = { type: 'string' })),
        planted(
          ({ components }) => (components.schemas.ImageGenerationSubmission.properties.note = { type: 'string' }),
        ),
        planted(({ components }) =>
          components.schemas.ImageGenerationSubmission.properties.response_format.enum.push('x'),
        ),
      ];
      expect(harmless.map((lines) => lines.length)).toEqual([1, 1, 1, 1]);
      expect(harmless.flat().filter((line) => line.startsWith('!'))).toEqual([]);
    });
  });
});
