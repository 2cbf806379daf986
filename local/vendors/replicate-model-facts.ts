/**
 * Replicate's description of a model: its version, and the schema of its input. Sources:
 * replicate.com/docs/reference/http (models.get), replicate/replicate-javascript `index.d.ts` (`Model`,
 * `ModelVersion`). How a version is numbered is the simulator's own.
 */
import { createHash } from 'node:crypto';
import { replicateError } from './replicate-errors.ts';
import type { FieldRule, ReplicateModel } from './replicate-model.ts';
import { replicateModels } from './replicate-models.ts';
import { jsonAnswer, type WireRoute } from './vendor-wire.ts';

const versionOf = (name: string): string => createHash('sha256').update(name).digest('hex');

/** The model that a request for a prediction means by its `version`: an id, `owner/name:id`, or `owner/name` alone. */
export function modelOfVersion(version: string): string | undefined {
  const [name = '', id] = version.includes('/') ? version.split(':') : ['', version];
  return Object.keys(replicateModels).find(
    (each) => (name === '' || name === each) && (id === undefined || id === versionOf(each)),
  );
}

/** `GET /models/{owner}/{name}` */
export const modelNamed: WireRoute = {
  method: 'GET',
  path: '/models/:owner/:name',
  operation: 'models',
  describe: ({ path }) => ({ model: path.split('/').slice(2).join('/') }),
  plan: async ({ path }) => {
    const [owner = '', name = ''] = path.split('/').slice(2);
    const model = replicateModels[`${owner}/${name}`];
    if (model === undefined) {
      return { kind: 'refuse', answer: replicateError(404, 'The requested resource could not be found.') };
    }
    return { kind: 'reply', answer: jsonAnswer(200, factsOf(owner, name, model)) };
  },
};

const factsOf = (owner: string, name: string, model: ReplicateModel) => ({
  url: `https://replicate.com/${owner}/${name}`,
  owner,
  name,
  description: null,
  visibility: 'public',
  run_count: 1,
  github_url: null,
  paper_url: null,
  license_url: null,
  cover_image_url: null,
  default_example: null,
  latest_version: {
    id: versionOf(`${owner}/${name}`),
    created_at: '2025-11-25T12:00:00.000Z',
    cog_version: '0.16.9',
    openapi_schema: { openapi: '3.0.2', components: { schemas: { Input: inputSchema(model), Output: output(model) } } },
  },
});

const inputSchema = ({ fields, needs }: ReplicateModel) => ({
  type: 'object',
  title: 'Input',
  required: needs,
  properties: Object.fromEntries(Object.entries(fields).map(([name, rule]) => [name, schemaOf(rule)])),
});

const uri = { type: 'string', format: 'uri' } as const;

const output = ({ single }: ReplicateModel) => (single ? uri : { type: 'array', items: uri });

function schemaOf(rule: FieldRule): object {
  if (rule === 'text') return { type: 'string' };
  if (rule === 'image') return uri;
  if (rule === 'flag') return { type: 'boolean' };
  if (rule === 'number') return { type: 'number' };
  if (rule === 'pair') return { type: 'array', items: { type: 'integer' } };
  if (typeof rule === 'object' && 'images' in rule) return { type: 'array', items: uri };
  if (typeof rule === 'object' && 'from' in rule) return { type: 'integer', minimum: rule.from, maximum: rule.to };
  return { type: 'string', enum: rule };
}
