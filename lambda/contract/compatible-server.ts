import type { Operation } from '../domain/generation.ts';

/** A model of a compatible server. What is left out is as in OpenAI's images API in its first form, that of DALL·E 2. */
export interface CompatibleModel {
  /** The server's own name for it. Callers write `server/model`. */
  readonly model: string;
  /**
   * What the server has an endpoint for. Without one for variations, they are made by edits, with a warning.
   * @default ['generation', 'edit', 'variation']
   */
  readonly operations?: readonly Operation[];
  /**
   * The sizes it makes, as `WxH`; others become the nearest of them, with a warning.
   * @default ['256x256', '512x512', '1024x1024']
   */
  readonly sizes?: readonly string[];
  /**
   * Most images that one request makes, 1 to 10.
   * @default 10
   */
  readonly imagesPerRequest?: number;
  /**
   * Most input images that one edit takes, 1 to 16.
   * @default 1
   */
  readonly inputImages?: number;
  /**
   * Whether an edit takes a mask, whose transparent areas are what is edited.
   * @default true
   */
  readonly mask?: boolean;
  /**
   * Fields beside prompt, n and size that it takes, such as `quality`, `seed` or one that only this server knows. They are
   * sent as they came; all others are left out, with a warning.
   * @default ['user']
   */
  readonly parameters?: readonly string[];
  /**
   * How long a request usually takes, in seconds: what a caller is told to wait.
   * @default 30, or `timeoutSeconds` where that is less
   */
  readonly typicalSeconds?: number;
  /**
   * When a request is given up, in seconds.
   * @default 300
   */
  readonly timeoutSeconds?: number;
}

/** A server that speaks OpenAI's images API, as the stage's settings describe it and functions get it. */
export interface CompatibleServer {
  /** The start of every request's address, without a slash at the end, such as `https://studio.example/v1`. */
  readonly baseUrl: string;
  /** The models that callers may ask for. At least one. */
  readonly models: readonly CompatibleModel[];
  /**
   * The `response_format` sent with each request; `none` for a server that refuses the field. Answers are taken in either
   * form, whatever was sent.
   * @default 'b64_json'
   */
  readonly responseFormat?: 'b64_json' | 'url' | 'none';
  /**
   * The name of the parts with input images.
   * @default - as OpenAI's own clients do: `image` for one image, `image[]` for several
   */
  readonly imageField?: 'image' | 'image[]';
  /**
   * Hosts, as `host:port`, from which results may be fetched although they are private or speak plain http.
   * @default [] - results are fetched by https from public addresses alone
   */
  readonly resultHosts?: readonly string[];
  /**
   * Requests a minute that the server allows with one key: no more are made.
   * @default - learned from its refusals (429)
   */
  readonly requestsPerMinute?: number;
  /**
   * Whether `baseUrl` may begin with http: key, prompts and images then travel unencrypted. On 127.0.0.1 it always may.
   * @default false
   */
  readonly plainHttp?: boolean;
}

/** Tells a compatible server from a provider that the gateway has an adapter of its own for. */
export const isCompatibleServer = <Endpoint extends object>(
  endpoint: Endpoint,
): endpoint is Extract<Endpoint, { readonly models: unknown }> => 'models' in endpoint;
