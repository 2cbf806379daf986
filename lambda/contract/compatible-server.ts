import type { Operation } from '../domain/generation.ts';

/** A model of a compatible server. Defaults are those of OpenAI's images API in its first form, that of DALL·E 2. */
export interface CompatibleModel {
  /** The server's name for it. Callers request `server/model`. */
  readonly model: string;
  /**
   * The operations that the server has an endpoint for. Without one for variations, they are made by edits, with a
   * warning.
   * @default ['generation', 'edit', 'variation']
   */
  readonly operations?: readonly Operation[];
  /**
   * Supported sizes, as `WxH`; others become the nearest of them, with a warning.
   * @default ['256x256', '512x512', '1024x1024']
   */
  readonly sizes?: readonly string[];
  /**
   * Maximum images per request, 1 to 10.
   * @default 10
   */
  readonly imagesPerRequest?: number;
  /**
   * Maximum input images of an edit, 1 to 16.
   * @default 1
   */
  readonly inputImages?: number;
  /**
   * Whether edits accept a mask, whose transparent areas are edited.
   * @default true
   */
  readonly mask?: boolean;
  /**
   * Fields besides prompt, n and size that it accepts, such as `quality`, `seed` or one of its own. They are sent
   * unchanged; all others are left out, with a warning.
   * @default ['user']
   */
  readonly parameters?: readonly string[];
  /**
   * Typical duration of a request in seconds; `Retry-After` starts with it.
   * @default 30, or `timeoutSeconds` where that is less
   */
  readonly typicalSeconds?: number;
  /**
   * What each image costs in US dollars, 0 to 100, such as `{ usdPerImage: 0.002 }`: the basis of costs and budgets.
   * @default - unknown
   */
  readonly price?: { readonly usdPerImage: number };
  /**
   * Timeout of a request in seconds.
   * @default 300
   */
  readonly timeoutSeconds?: number;
}

/** A server with OpenAI's images API, as in the stage's settings and in the functions' environment. */
export interface CompatibleServer {
  /** Base URL of all requests, without a trailing slash, such as `https://studio.example/v1`. */
  readonly baseUrl: string;
  /** The models that callers may request; at least one. */
  readonly models: readonly CompatibleModel[];
  /**
   * The `response_format` sent with each request; `none` for a server that rejects the field. Responses are accepted in
   * either form.
   * @default 'b64_json'
   */
  readonly responseFormat?: 'b64_json' | 'url' | 'none';
  /**
   * The name of the multipart parts with input images.
   * @default - as OpenAI's clients do: `image` for one image, `image[]` for several
   */
  readonly imageField?: 'image' | 'image[]';
  /**
   * Hosts, as `host:port`, exempt from the SSRF guard: results may be fetched from them over http or from a private
   * address.
   * @default [] - results are fetched over https from public addresses only
   */
  readonly resultHosts?: readonly string[];
  /**
   * Requests per minute that the server allows one key; jobs beyond it wait.
   * @default - learned from 429s
   */
  readonly requestsPerMinute?: number;
  /**
   * Whether `baseUrl` may use http: key, prompts and images then travel unencrypted. On 127.0.0.1 it always may.
   * @default false
   */
  readonly plainHttp?: boolean;
}

/** Whether an endpoint is a compatible server, as opposed to a provider with an adapter of its own. */
export const isCompatibleServer = <Endpoint extends object>(
  endpoint: Endpoint,
): endpoint is Extract<Endpoint, { readonly models: unknown }> => 'models' in endpoint;
