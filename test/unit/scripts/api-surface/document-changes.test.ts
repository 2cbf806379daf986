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
      expect(changes(one, two)).toEqual(['  GET /v1/a: added', '  GET /v1/b: added']);
      expect(changes(two, one)).toEqual(['! GET /v1/a: removed', '! GET /v1/b: removed']);
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
      expect(ofOperation(bearer, either)).toEqual(['  it: security scheme key and secret added']);
      expect(ofOperation(either, bearer)).toEqual(['! it: security scheme key and secret removed']);
      expect(ofOperation(open, bearer)).toContain('! it: authentication now required');
      expect(ofOperation(bearer, open)).toEqual([
        '  it: security scheme bearer removed',
        '  it: authentication now optional',
      ]);
      expect(ofOperation({}, { security: [{}] })).toEqual([]);
    });

    it('are those of the document where an operation names none', () => {
      expect(changes(documentOf({}, bearer), documentOf({}))).toContain('  POST /v1/a: authentication now optional');
      expect(changes(documentOf(bearer), documentOf({}, bearer))).toEqual([]);
    });

    it('break where they are sent otherwise', () => {
      const sentAs = (name: string) =>
        documentOf(
          {},
          { components: { securitySchemes: { key: { type: 'apiKey', in: 'header', name, description: name } } } },
        );
      expect(changes(sentAs('x-key'), sentAs('x-api-key'))).toEqual(['! security scheme key: changed']);
    });
  });

  describe('parameters', () => {
    const header = { name: 'X-Wait', in: 'header', schema: { type: 'integer', maximum: 10 } };
    const some = { parameters: [header] };

    it('may be added where they are optional, and break where they go or are required', () => {
      expect(ofOperation({}, some)).toEqual(['  it: header parameter x-wait added']);
      expect(ofOperation({}, { parameters: [{ ...header, required: true }] })).toEqual([
        '! it: required header parameter x-wait added',
      ]);
      expect(ofOperation(some, {})).toEqual(['! it: header parameter x-wait removed']);
      expect(ofOperation(some, { parameters: [{ ...header, required: true }] })).toEqual([
        '! it: header parameter x-wait now required',
      ]);
      expect(ofOperation({ parameters: [{ ...header, required: true }] }, some)).toEqual([
        '  it: header parameter x-wait now optional',
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
      expect(ofOperation(some, shorter)).toEqual(['! it header parameter x-wait: maximum tightened from 10 to 5']);
      expect(ofOperation(shorter, some)).toEqual(['  it header parameter x-wait: maximum relaxed from 5 to 10']);
    });
  });

  describe('bodies of requests', () => {
    const body = json({ type: 'string' });

    it('break where they go, are required, or lose a type', () => {
      expect(ofOperation({}, { requestBody: body })).toEqual(['  it: request body added']);
      expect(ofOperation({}, { requestBody: { ...body, required: true } })).toEqual(['! it: request body added']);
      expect(ofOperation({ requestBody: body }, {})).toEqual(['! it: request body removed']);
      expect(ofOperation({ requestBody: body }, { requestBody: { ...body, required: true } })).toEqual([
        '! it: request body now required',
      ]);
      const form = { content: { 'multipart/form-data': { schema: {} } } };
      const both = { content: { ...body.content, ...form.content } };
      expect(ofOperation({ requestBody: both }, { requestBody: body })).toEqual([
        '! it request: content type multipart/form-data removed',
      ]);
      expect(ofOperation({ requestBody: body }, { requestBody: both })).toEqual([
        '  it request: content type multipart/form-data added',
      ]);
    });

    it('are for people to judge where they are encoded otherwise', () => {
      const form = (encoding: Part) => ({
        requestBody: { content: { 'multipart/form-data': { schema: {}, encoding } } },
      });
      expect(
        ofOperation(form({ image: { contentType: 'image/png' } }), form({ image: { contentType: 'image/webp' } })),
      ).toEqual(['! it request multipart/form-data: encoding changed; there is no rule for it, so review it']);
    });
  });

  describe('answers', () => {
    it('break where a status or a type of content goes', () => {
      expect(ofOperation(answers('200', '202'), answers('200'))).toEqual(['! it: status 202 removed']);
      expect(ofOperation(answers('200'), answers('200', '202'))).toEqual(['  it: status 202 added']);
      const before = { responses: { 200: json({}) } };
      expect(ofOperation(before, answers('200'))).toEqual(['! it response 200: content type application/json removed']);
    });

    it('break where a header goes, or is not always there', () => {
      const withHeader = (headers: Part) => ({ responses: { 200: { headers } } });
      const always = withHeader({ Location: { required: true, schema: { type: 'string' } } });
      const sometimes = withHeader({ location: { schema: { type: 'string' } } });
      expect(ofOperation(always, withHeader({}))).toEqual(['! it response 200: header location removed']);
      expect(ofOperation(withHeader({}), always)).toEqual(['  it response 200: header location added']);
      expect(ofOperation(always, sometimes)).toEqual(['! it response 200: header location now optional']);
      expect(ofOperation(sometimes, always)).toEqual(['  it response 200: header location now required']);
    });
  });

  describe('what there are no rules for', () => {
    it('is for people to judge', () => {
      const review = 'there is no rule for it, so review it';
      const callbacks = { done: { '{$request.body#/url}': { post: {} } } };
      expect(ofOperation({}, { callbacks })).toEqual([`! it: callbacks changed; ${review}`]);
      expect(changes(documentOf({}), documentOf({}, { webhooks: { done: { post: {} } } }))).toEqual([
        `! document: webhooks changed; ${review}`,
      ]);
      const list = { name: 'ids', in: 'query', schema: { type: 'array' } };
      expect(ofOperation({ parameters: [list] }, { parameters: [{ ...list, explode: false }] })).toEqual([
        `! it query parameter ids: explode changed; ${review}`,
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
      expect(found[4]).toEqual([
        '! ImageGenerationSubmission in requests.prompt: maxLength tightened from 32000 to 10',
      ]);
      expect(found[6]).toEqual([
        '! ImageJob in responses.status: value "paused" added, which may break exhaustive switches',
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
