import { fileURLToPath } from 'node:url';
import type { RecordedRequest } from './recorded-requests.ts';

/** The types by which a vendor's own client, or its OpenAPI document, says what a request may hold. */
export interface VendorSchema {
  readonly provider: string;
  /** Declarations that the types need. */
  readonly declares: string;
  /** The type of a request's fields; undefined for one that the schema doesn't have. */
  typeOf(request: RecordedRequest): string | undefined;
  /** A field, as TypeScript, with a value that the schema refuses. */
  readonly wrong: string;
  /** The requests that the schema doesn't have, by the beginning of their titles, each with the reason. */
  readonly unknown?: Readonly<Record<string, string>>;
}

const packages = fileURLToPath(new URL('../../../node_modules/', import.meta.url));
const own = fileURLToPath(new URL('./', import.meta.url));
const importing = (names: string, path: string, folder = packages): string =>
  `import type { ${names} } from ${JSON.stringify(folder + path)};`;

/** What the client's types, older than the models, don't know: qualities of gpt-image-2.5 and 2.6, and 2.6's `complexity`. */
const newer = "{ quality?: T['quality'] | 'xhigh' | 'max'; complexity?: 'low' | 'medium' | 'high' }";

const openai = (provider: string): VendorSchema => ({
  provider,
  declares: `${importing('ImageGenerateParams, ImageEditParams', 'openai/resources/images.d.ts')}
type Newer<T extends { quality?: unknown }> = T extends unknown ? Omit<T, 'quality'> & ${newer} : never;`,
  typeOf: ({ path }) => `Newer<${path.endsWith('/edits') ? 'ImageEditParams' : 'ImageGenerateParams'}>`,
  wrong: 'quality: "best"',
});

/** Google's types are those of its client, which moves what is said beside `generationConfig` in REST into the same object. */
const google = (provider: string): VendorSchema => ({
  provider,
  declares: `${importing('Content, GenerateContentConfig', '@google/genai/dist/genai.d.ts')}
// An enum of TypeScript's takes no text, the API nothing else.
type Plain<T> = T extends string ? \`\${T}\` : T extends object ? { [K in keyof T]: Plain<T[K]> } : T;
type Beside = 'safetySettings' | 'systemInstruction' | 'tools' | 'toolConfig';
interface Body extends Plain<Pick<GenerateContentConfig, Beside>> {
  contents: Plain<Content>[];
  generationConfig?: Plain<Omit<GenerateContentConfig, Beside | 'httpOptions' | 'abortSignal'>>;
}`,
  typeOf: () => 'Body',
  wrong: 'safetySettings: [{ category: "HARM_CATEGORY_NOISE" }]',
});

const together: VendorSchema = {
  provider: 'together',
  declares: importing('ImageGenerateParams', 'together-ai/resources/images.d.ts'),
  typeOf: () => 'ImageGenerateParams',
  wrong: 'output_format: "webp"',
};

const fal: VendorSchema = {
  provider: 'fal',
  declares: importing('EndpointTypeMap', '@fal-ai/client/src/types/endpoints.d.ts'),
  typeOf: ({ path }) => `EndpointTypeMap['${path.slice(1)}']['input']`,
  wrong: 'output_format: "gif"',
};

const ideogram: VendorSchema = {
  provider: 'ideogram',
  declares: importing('IdeogramForms', 'ideogram-openapi.ts', own),
  typeOf: ({ path }) => (path.startsWith('/v1/ideogram-v4/') ? undefined : `IdeogramForms['${path}']`),
  wrong: 'rendering_speed: "SLOW"',
  unknown: { 'ideogram/ideogram-v4': 'the OpenAPI document is older than Ideogram 4' },
};

const bfl: VendorSchema = {
  provider: 'bfl',
  declares: importing('BflInputs', 'bfl-openapi.ts', own),
  typeOf: ({ path }) => (path === '/flux-3-image' ? undefined : `BflInputs['/v1${path}']`),
  wrong: 'output_format: "gif"',
  unknown: { 'bfl/flux-3-image': 'the OpenAPI document is older than FLUX.3' },
};

const copied = ['black-forest-labs/flux-schnell', 'black-forest-labs/flux-2-pro'];
const noCopy = 'its schema has no public copy that is complete';

const replicate: VendorSchema = {
  provider: 'replicate',
  declares: `${importing('ReplicateInputs', 'replicate-models.ts', own)}
interface Prediction<T> { input: T }`,
  typeOf: ({ path }) => {
    const model = path.split('/').slice(2, 4).join('/');
    return copied.includes(model) ? `Prediction<ReplicateInputs['${model}']>` : undefined;
  },
  wrong: 'input: { prompt: "a boat", output_format: "gif" }',
  unknown: {
    'replicate/black-forest-labs/flux-kontext-pro': noCopy,
    'replicate/black-forest-labs/flux-redux-dev': noCopy,
    'replicate/black-forest-labs/flux-fill-pro': noCopy,
    'replicate/bria/expand-image': noCopy,
    'replicate/bria/remove-background': noCopy,
    'replicate/black-forest-labs/flux-3-image': noCopy,
    'replicate/google/nano-banana-2': noCopy,
    'replicate/google/nano-banana-pro': noCopy,
    'replicate/bytedance/seedream-4.5': noCopy,
    'replicate/qwen/qwen-image-2512': noCopy,
  },
};

/** Every schema that there is. Whoever has none is named in docs/adding-a-provider.md. */
export const vendorSchemas: readonly VendorSchema[] = [
  openai('openai'),
  openai('azure'),
  google('gemini'),
  google('vertex'),
  together,
  fal,
  ideogram,
  bfl,
  replicate,
];
