// Written by `npm run docs`.

export type ImageGenerationSubmission = {
  /** As `provider/model`, such as `openai/gpt-image-2`, split at the first slash. The name of a model alone is enough where one provider has it. */
  model: string;
  /** How many images; 1 if absent. */
  n?: number | undefined;
  /** `auto` or `WxH` in pixels, such as 256x256, 512x512, 1024x1024, 1792x1024, 1024x1792, 1536x1024, 1024x1536. */
  size?: string | undefined;
  /** A shape such as `16:9`, where no `size` is given. It becomes the nearest that the model makes, with a warning. */
  aspect_ratio?: string | undefined;
  /** Such as `1K`, `2K` or `4K`, likewise. */
  resolution?: string | undefined;
  /** How the result shows its images; `url` if absent. A synchronous answer shows those of GPT image models both ways then. */
  response_format?: "url" | "b64_json" | undefined;
  /** Events in place of one result. For synchronous generations and edits: true is a 400 for variations, and on asynchronous routes. */
  stream?: boolean | undefined;
  /** The caller's own name for its end user. */
  user?: string | undefined;
  /** Models to ask in turn if the first one cannot deliver. */
  fallbacks?: Array<string | {
    provider: string;
    model: string;
  }> | undefined;
  /** What the images should show. It must not be blank. */
  prompt: string;
  background?: "transparent" | "opaque" | "auto" | undefined;
  /** How many partial images a stream shows before the finished one, 0 to 3; 0 if absent. Above 0 it goes with `stream` set to true. */
  partial_images?: number | undefined;
  /** `auto`, `low`, `medium`, `high`, `xhigh`, `max`, `standard`, `hd`, or a compatible server's own word. */
  quality?: string | undefined;
  output_format?: "png" | "webp" | "jpeg" | undefined;
  /** Percent, for webp and jpeg. */
  output_compression?: number | undefined;
  num_inference_steps?: number | undefined;
  seed?: number | undefined;
  negative_prompt?: string | undefined;
  style?: string | undefined;
  moderation?: string | undefined;
  [name: string]: unknown;
};

export type ImageEditSubmission = {
  /** As `provider/model`, such as `openai/gpt-image-2`, split at the first slash. The name of a model alone is enough where one provider has it. */
  model: string;
  /** How many images; 1 if absent. */
  n?: number | undefined;
  /** `auto` or `WxH` in pixels, such as 256x256, 512x512, 1024x1024, 1792x1024, 1024x1792, 1536x1024, 1024x1536. */
  size?: string | undefined;
  /** A shape such as `16:9`, where no `size` is given. It becomes the nearest that the model makes, with a warning. */
  aspect_ratio?: string | undefined;
  /** Such as `1K`, `2K` or `4K`, likewise. */
  resolution?: string | undefined;
  /** How the result shows its images; `url` if absent. A synchronous answer shows those of GPT image models both ways then. */
  response_format?: "url" | "b64_json" | undefined;
  /** Events in place of one result. For synchronous generations and edits: true is a 400 for variations, and on asynchronous routes. */
  stream?: boolean | undefined;
  /** The caller's own name for its end user. */
  user?: string | undefined;
  /** Models to ask in turn if the first one cannot deliver. */
  fallbacks?: Array<string | {
    provider: string;
    model: string;
  }> | undefined;
  /** What the images should show. It must not be blank. */
  prompt?: string | undefined;
  /** A kind of edit that is more than following the prompt. `inpainting` needs a mask. `outpainting` needs the `size` of the whole picture, its `aspect_ratio`, or at least one of `left`, `right`, `up` and `down` in pixels. */
  type?: "inpainting" | "outpainting" | "background_removal" | undefined;
  input_fidelity?: "low" | "high" | undefined;
  background?: "transparent" | "opaque" | "auto" | undefined;
  /** How many partial images a stream shows before the finished one, 0 to 3; 0 if absent. Above 0 it goes with `stream` set to true. */
  partial_images?: number | undefined;
  /** `auto`, `low`, `medium`, `high`, `xhigh`, `max`, `standard`, `hd`, or a compatible server's own word. */
  quality?: string | undefined;
  output_format?: "png" | "webp" | "jpeg" | undefined;
  /** Percent, for webp and jpeg. */
  output_compression?: number | undefined;
  num_inference_steps?: number | undefined;
  seed?: number | undefined;
  negative_prompt?: string | undefined;
  /** The input images, first to last. */
  images?: string | {
    image_url: string | {
      /** A `data:` URI with the image in base64. (`https://` addresses and `file-…` ids are refused by this version.) */
      url: string;
    };
  } | {
    /** A `data:` URI with the image in base64. (`https://` addresses and `file-…` ids are refused by this version.) */
    file_id: string;
  } | Array<string | {
    image_url: string | {
      /** A `data:` URI with the image in base64. (`https://` addresses and `file-…` ids are refused by this version.) */
      url: string;
    };
  } | {
    /** A `data:` URI with the image in base64. (`https://` addresses and `file-…` ids are refused by this version.) */
    file_id: string;
  }> | undefined;
  /** The same. Images under both names are all taken, in the order of the body. */
  image?: string | {
    image_url: string | {
      /** A `data:` URI with the image in base64. (`https://` addresses and `file-…` ids are refused by this version.) */
      url: string;
    };
  } | {
    /** A `data:` URI with the image in base64. (`https://` addresses and `file-…` ids are refused by this version.) */
    file_id: string;
  } | Array<string | {
    image_url: string | {
      /** A `data:` URI with the image in base64. (`https://` addresses and `file-…` ids are refused by this version.) */
      url: string;
    };
  } | {
    /** A `data:` URI with the image in base64. (`https://` addresses and `file-…` ids are refused by this version.) */
    file_id: string;
  }> | undefined;
  /** As large as the first image; its transparent areas are what is edited. */
  mask?: string | {
    image_url: string | {
      /** A `data:` URI with the image in base64. (`https://` addresses and `file-…` ids are refused by this version.) */
      url: string;
    };
  } | {
    /** A `data:` URI with the image in base64. (`https://` addresses and `file-…` ids are refused by this version.) */
    file_id: string;
  } | undefined;
  [name: string]: unknown;
};

export type ImageVariationSubmission = {
  /** As `provider/model`, such as `openai/gpt-image-2`, split at the first slash. The name of a model alone is enough where one provider has it. */
  model: string;
  /** How many images; 1 if absent. */
  n?: number | undefined;
  /** `auto` or `WxH` in pixels, such as 256x256, 512x512, 1024x1024, 1792x1024, 1024x1792, 1536x1024, 1024x1536. */
  size?: string | undefined;
  /** A shape such as `16:9`, where no `size` is given. It becomes the nearest that the model makes, with a warning. */
  aspect_ratio?: string | undefined;
  /** Such as `1K`, `2K` or `4K`, likewise. */
  resolution?: string | undefined;
  /** How the result shows its images; `url` if absent. A synchronous answer shows those of GPT image models both ways then. */
  response_format?: "url" | "b64_json" | undefined;
  /** Events in place of one result. For synchronous generations and edits: true is a 400 for variations, and on asynchronous routes. */
  stream?: boolean | undefined;
  /** The caller's own name for its end user. */
  user?: string | undefined;
  /** Models to ask in turn if the first one cannot deliver. */
  fallbacks?: Array<string | {
    provider: string;
    model: string;
  }> | undefined;
  /** The input images, first to last. */
  images?: string | {
    image_url: string | {
      /** A `data:` URI with the image in base64. (`https://` addresses and `file-…` ids are refused by this version.) */
      url: string;
    };
  } | {
    /** A `data:` URI with the image in base64. (`https://` addresses and `file-…` ids are refused by this version.) */
    file_id: string;
  } | Array<string | {
    image_url: string | {
      /** A `data:` URI with the image in base64. (`https://` addresses and `file-…` ids are refused by this version.) */
      url: string;
    };
  } | {
    /** A `data:` URI with the image in base64. (`https://` addresses and `file-…` ids are refused by this version.) */
    file_id: string;
  }> | undefined;
  /** The same. Images under both names are all taken, in the order of the body. */
  image?: string | {
    image_url: string | {
      /** A `data:` URI with the image in base64. (`https://` addresses and `file-…` ids are refused by this version.) */
      url: string;
    };
  } | {
    /** A `data:` URI with the image in base64. (`https://` addresses and `file-…` ids are refused by this version.) */
    file_id: string;
  } | Array<string | {
    image_url: string | {
      /** A `data:` URI with the image in base64. (`https://` addresses and `file-…` ids are refused by this version.) */
      url: string;
    };
  } | {
    /** A `data:` URI with the image in base64. (`https://` addresses and `file-…` ids are refused by this version.) */
    file_id: string;
  }> | undefined;
  [name: string]: unknown;
};

export type ImageJob = {
  /** A UUID. */
  id: string;
  /** The id of the request that submitted the job. */
  request_id?: string | undefined;
  status: "pending" | "processing" | "completed" | "failed" | "cancelled";
  /** When the job was accepted. RFC 3339, UTC, milliseconds. */
  created_at: string;
  /** When it ended. RFC 3339, UTC, milliseconds. */
  completed_at?: string | undefined;
  /** From this instant on the job is a 404 and its links are dead. RFC 3339, UTC, milliseconds. */
  expires_at?: string | undefined;
  /** 200 for a completed job, the status of `error` otherwise. */
  status_code?: number | undefined;
  result?: ImageResult | undefined;
  error?: ErrorBody | undefined;
};

export type ImageResult = {
  /** The job's id. */
  id: string;
  /** When the images were made, in Unix seconds. */
  created: number;
  /** The model that made them, as `provider/model`. */
  model: string;
  data: Array<{
    /** Works without a credential until the job expires. Answers with a redirect. */
    url?: string | undefined;
    /** The same bytes in base64, without a `data:` prefix. */
    b64_json?: string | undefined;
    revised_prompt?: string | undefined;
    /** Whether its bytes carry a C2PA manifest. Nobody has checked its signature. */
    content_credentials: boolean;
    index: number;
  }>;
  /** What the provider says it used, else what it was asked for; `auto` where the model chose. */
  background: string;
  /** The type of the first image, read from its bytes; `Content-Type` tells that of each. */
  output_format: "png" | "jpeg" | "webp";
  /** Likewise `auto`, or a word of the contract's or of the provider's own. */
  quality: string;
  /** `WxH` in pixels, of the first image, read from its bytes: images of one result may differ in size. */
  size: string;
  usage?: {
    input_tokens?: number | undefined;
    input_tokens_details?: {
      image_tokens?: number | undefined;
      text_tokens?: number | undefined;
    } | undefined;
    output_tokens?: number | undefined;
    output_tokens_details?: {
      image_tokens?: number | undefined;
      text_tokens?: number | undefined;
    } | undefined;
    total_tokens?: number | undefined;
  } | undefined;
  extra_fields: {
    request_type: "image_generation" | "image_edit" | "image_variation";
    /** Who made the images: the asked provider, or a fallback. */
    provider: string;
    model_requested: string;
    /** The provider's own name of what was asked: a deployment, an endpoint, a profile, or the model's id. */
    model_deployment: string;
    /** Milliseconds of the winning attempt. */
    latency: number;
    chunk_index: number;
    /** What was sent to the provider, where it was asked for: without credentials, and images as their length. Of several requests, the last that delivered images. */
    raw_request?: unknown;
    /** What the provider answered to it, likewise. */
    raw_response?: unknown;
    cache_debug?: unknown;
    warnings?: Array<Warning> | undefined;
    /** Every provider request of the job, in order. */
    attempts: Array<Attempt>;
  };
};

export type PartialImageEvent = {
  type: "image_generation.partial_image" | "image_edit.partial_image";
  /** From 0; anew where another request to a provider was needed. */
  partial_image_index: number;
  b64_json: string;
  /** Unix seconds. */
  created_at: number;
  background?: string | undefined;
  output_format?: string | undefined;
  quality?: string | undefined;
  size?: string | undefined;
};

export type CompletedImageEvent = {
  type: "image_generation.completed" | "image_edit.completed";
  /** Works without a credential until the job expires. Answers with a redirect. */
  url?: string | undefined;
  b64_json: string;
  revised_prompt?: string | undefined;
  /** Whether its bytes carry a C2PA manifest. Nobody has checked its signature. */
  content_credentials: boolean;
  index: number;
  /** Unix seconds. */
  created_at: number;
  /** The job's id. */
  id: string;
  /** The model that made them, as `provider/model`. */
  model: string;
  /** What the provider says it used, else what it was asked for; `auto` where the model chose. */
  background: string;
  /** The type of this image, read from its bytes. */
  output_format: "png" | "jpeg" | "webp";
  /** Likewise `auto`, or a word of the contract's or of the provider's own. */
  quality: string;
  /** `WxH` in pixels, of this image, read from its bytes. */
  size: string;
  extra_fields: {
    request_type: "image_generation" | "image_edit" | "image_variation";
    /** Who made the images: the asked provider, or a fallback. */
    provider: string;
    model_requested: string;
    /** The provider's own name of what was asked: a deployment, an endpoint, a profile, or the model's id. */
    model_deployment: string;
    /** Milliseconds of the winning attempt. */
    latency: number;
    chunk_index: number;
    /** What was sent to the provider, where it was asked for: without credentials, and images as their length. Of several requests, the last that delivered images. */
    raw_request?: unknown;
    /** What the provider answered to it, likewise. */
    raw_response?: unknown;
    cache_debug?: unknown;
    warnings?: Array<Warning> | undefined;
    /** Every provider request of the job, in order. */
    attempts: Array<Attempt>;
  };
  /** Of all images together, with the last of them. */
  usage?: {
    input_tokens?: number | undefined;
    input_tokens_details?: {
      image_tokens?: number | undefined;
      text_tokens?: number | undefined;
    } | undefined;
    output_tokens?: number | undefined;
    output_tokens_details?: {
      image_tokens?: number | undefined;
      text_tokens?: number | undefined;
    } | undefined;
    total_tokens?: number | undefined;
  } | undefined;
};

export type StreamErrorEvent = {
  /** The request id of the answer. */
  event_id: string;
  type: "error";
  /** True for what the gateway decided, false for what a provider answered. */
  is_bifrost_error: boolean;
  status_code: number;
  error: {
    /** OpenAI's class for the code. */
    type: "invalid_request_error" | "authentication_error" | "insufficient_quota" | "permission_error" | "rate_limit_error" | "api_error";
    code: "invalid_request" | "invalid_value" | "missing_field" | "unsupported_operation" | "unknown_provider" | "model_retired" | "stream_unsupported" | "invalid_image" | "virtual_key_required" | "virtual_key_not_found" | "invalid_token" | "budget_exceeded" | "virtual_key_blocked" | "provider_blocked" | "model_blocked" | "admin_required" | "not_found" | "method_not_allowed" | "idempotency_expired" | "payload_too_large" | "unsupported_media_type" | "idempotency_mismatch" | "content_refused" | "rate_limited" | "cancelled" | "internal" | "provider_error" | "provider_auth" | "unavailable" | "provider_timeout" | "deadline_exceeded";
    /** What was wrong and what to do, for the caller. */
    message: string;
    /** The field at fault; of a 429, the limit that is reached: `rate_limits` or `max_open_jobs`. Absent where no limit of the caller itself is reached. */
    param?: string | undefined;
    event_id: string;
  };
  extra_fields: {
    /** The job that goes on although its synchronous request has been answered. */
    job_id?: string | undefined;
    provider?: string | undefined;
    model_requested?: string | undefined;
    request_type?: string | undefined;
    /** Of the request whose failure this is, where it was asked for. */
    raw_request?: unknown;
    /** Likewise. */
    raw_response?: unknown;
    attempts?: Array<Attempt> | undefined;
    warnings?: Array<Warning> | undefined;
  };
};

export type ErrorBody = {
  /** The request id of the answer. */
  event_id: string;
  /** Repeats `error.code`. */
  type: "invalid_request" | "invalid_value" | "missing_field" | "unsupported_operation" | "unknown_provider" | "model_retired" | "stream_unsupported" | "invalid_image" | "virtual_key_required" | "virtual_key_not_found" | "invalid_token" | "budget_exceeded" | "virtual_key_blocked" | "provider_blocked" | "model_blocked" | "admin_required" | "not_found" | "method_not_allowed" | "idempotency_expired" | "payload_too_large" | "unsupported_media_type" | "idempotency_mismatch" | "content_refused" | "rate_limited" | "cancelled" | "internal" | "provider_error" | "provider_auth" | "unavailable" | "provider_timeout" | "deadline_exceeded";
  /** True for what the gateway decided, false for what a provider answered. */
  is_bifrost_error: boolean;
  status_code: number;
  error: {
    /** OpenAI's class for the code. */
    type: "invalid_request_error" | "authentication_error" | "insufficient_quota" | "permission_error" | "rate_limit_error" | "api_error";
    code: "invalid_request" | "invalid_value" | "missing_field" | "unsupported_operation" | "unknown_provider" | "model_retired" | "stream_unsupported" | "invalid_image" | "virtual_key_required" | "virtual_key_not_found" | "invalid_token" | "budget_exceeded" | "virtual_key_blocked" | "provider_blocked" | "model_blocked" | "admin_required" | "not_found" | "method_not_allowed" | "idempotency_expired" | "payload_too_large" | "unsupported_media_type" | "idempotency_mismatch" | "content_refused" | "rate_limited" | "cancelled" | "internal" | "provider_error" | "provider_auth" | "unavailable" | "provider_timeout" | "deadline_exceeded";
    /** What was wrong and what to do, for the caller. */
    message: string;
    /** The field at fault; of a 429, the limit that is reached: `rate_limits` or `max_open_jobs`. Absent where no limit of the caller itself is reached. */
    param?: string | undefined;
    event_id: string;
  };
  extra_fields: {
    /** The job that goes on although its synchronous request has been answered. */
    job_id?: string | undefined;
    provider?: string | undefined;
    model_requested?: string | undefined;
    request_type?: string | undefined;
    /** Of the request whose failure this is, where it was asked for. */
    raw_request?: unknown;
    /** Likewise. */
    raw_response?: unknown;
    attempts?: Array<Attempt> | undefined;
    warnings?: Array<Warning> | undefined;
  };
};

export type RequestTooLong = {
  message: string;
};

export type Attempt = {
  provider: string;
  model: string;
  /** RFC 3339, UTC, milliseconds. */
  started_at: string;
  /** How many requests in a row it stands for that were refused for rate alike, where there were several; all else is of the last. */
  count?: number | undefined;
  /** When the first of them was. RFC 3339, UTC, milliseconds. */
  first_started_at?: string | undefined;
  /** Milliseconds; absent while the request is open or its end unknown. */
  latency?: number | undefined;
  /** started, succeeded, abandoned (its worker was lost), or a kind of failure such as rate_limited. */
  outcome: string;
  /** The provider's HTTP status. */
  status_code?: number | undefined;
  /** Whether the provider charged for it, as far as can be known. */
  billed: "yes" | "no" | "unknown";
};

export type Warning = {
  code: string;
  /** The field concerned. */
  param?: string | undefined;
  message: string;
  /** How many warnings were left out, where the code is `warnings_omitted`. */
  count?: number | undefined;
};

export type ModelList = {
  object: "list";
  data: Array<ListedModel>;
};

export type ListedModel = {
  /** As `provider/model`: what a submission gives as `model`. */
  id: string;
  object: "model";
  /** Always 0: providers don't tell when a model was made, and clients made for OpenAI's API expect a number here. */
  created: 0;
  /** The provider. */
  owned_by: string;
  capabilities: {
    /** `emulated` is made by another operation, with a warning; `none` is refused. */
    operations: {
      generation: "native" | "emulated" | "none";
      edit: "native" | "emulated" | "none";
      variation: "native" | "emulated" | "none";
    };
    /** Likewise, for each `type` of an edit. */
    edit_types: {
      inpainting: "native" | "emulated" | "none";
      outpainting: "native" | "emulated" | "none";
      background_removal: "native" | "emulated" | "none";
    };
    /** What it makes. Another size becomes the nearest of these, with a warning. */
    sizes: {
      /** Any size within these bounds. */
      kind: "free";
      /** Both edges are multiples of this many pixels. */
      multiple_of: number;
      /** Pixels. */
      longest_edge: number;
      /** The long edge is at most this many times the short one. */
      widest_ratio: number;
      /** Of the whole image. */
      fewest_pixels: number;
      /** Likewise. */
      most_pixels: number;
    } | {
      /** Just these sizes. */
      kind: "listed";
      /** Each as `WxH`. */
      sizes: Array<string>;
    } | {
      /** The model is asked for a shape. */
      kind: "ratios";
      /** Such as `16:9`. */
      ratios: Array<string>;
      /** The edge in pixels of a square image of each resolution. */
      resolutions?: {
        [name: string]: number;
      } | undefined;
    } | {
      /** Always the size of the input image. */
      kind: "input";
    };
    /** Most images of one provider request; for a larger `n` the gateway makes several. */
    images_per_request: number;
    /** Most input images of one submission. */
    input_images: number;
    /** Whether it takes a mask. */
    mask: boolean;
    /** Whether it shows partial images on the way, where `stream` asks for one image at a synchronous route. */
    streams: boolean;
    /** What becomes of each parameter: sent as it came, sent under another name or value, left out with a warning, or a refusal. `partial_images` is sent where `streams` says that it is shown, and else left out with a warning. */
    parameters: {
      [name: string]: "sent" | "mapped" | "dropped" | "refused";
    };
    /** How long a provider request usually takes. */
    typical_seconds: number;
    /** The day (YYYY-MM-DD) the provider takes it away, where announced. */
    retires_on?: string | undefined;
  };
};

export type VirtualKeyView = {
  /** Owns the jobs, whatever credential they were submitted with. */
  id: string;
  object: "virtual_key";
  name: string;
  /** The credential. Only the answers that make one have it, for it is kept nowhere. */
  key?: string | undefined;
  /** The credentials that work, the latest first: those before it end when their overlap does. One without `expires_at` works until the key is rotated. */
  credentials: Array<{
    /** From this instant on it is refused. RFC 3339, UTC, milliseconds. */
    expires_at?: string | undefined;
  }>;
  active: boolean;
  providers: {
    [name: string]: Array<string>;
  };
  /** Always empty: this version has no budgets. */
  budgets: Array<unknown>;
  /** From the shortest period to the longest. Absent: the stage's. */
  rate_limits?: Array<{
    /** Submissions that are accepted in each window. */
    requests: number;
    /** Windows are fixed, in UTC; weeks begin on Monday. */
    period: "1m" | "1h" | "1d" | "1w" | "1M";
  }> | undefined;
  /** Absent: the stage's. */
  max_open_jobs?: number | undefined;
  /** Seconds. Absent: the stage's. */
  result_ttl?: number | undefined;
  /** When the key was made. RFC 3339, UTC, milliseconds. */
  created_at: string;
  /** From this instant on it is refused. RFC 3339, UTC, milliseconds. */
  expires_at?: string | undefined;
  /** When its last submission was accepted. RFC 3339, UTC, milliseconds. */
  last_used_at?: string | undefined;
  /** What the key has under way and has used. Absent in the answers that have the credential. */
  usage?: {
    /** Jobs that are accepted and have not ended. */
    open_jobs: number;
    /** How many there may be: the key's own limit, or the stage's. */
    max_open_jobs: number;
    /** One for each rate limit that holds for the key, from the shortest period to the longest. */
    requests: Array<{
      period: "1m" | "1h" | "1d" | "1w" | "1M";
      /** Submissions accepted in the current window. */
      used: number;
      /** The key's own limit, or the stage's. */
      limit: number;
      /** When the next window begins. RFC 3339, UTC, milliseconds. */
      resets_at: string;
    }>;
  } | undefined;
};

export type VirtualKeyList = {
  object: "list";
  data: Array<VirtualKeyView>;
  has_more: boolean;
  /** What gives the next page, as `cursor`. Absent on the last one. */
  next_cursor?: string | undefined;
};

export type VirtualKeyCreation = {
  /** For people, and for tokens that name the key: 1 to 64 printable characters, no space at either end, not beginning with `vk_` or `sk-bf-`, in Unicode's composed form (NFC). No two keys have the same. */
  name: string;
  /** False blocks the key, and stops what it has waiting. */
  active?: boolean | undefined;
  /** What the key may use, as `{"provider": ["model"]}`, `*` standing for all: what isn't named is denied. At most 64 providers, 256 models of each, none twice, and 16 KiB in all. */
  providers?: {
    [name: string]: Array<string>;
  } | undefined;
  /** One object `{requests, period}` at most for each period. Absent: the stage's limits; an empty list: none. */
  rate_limits?: Array<{
    /** Submissions that are accepted in each window. */
    requests: number;
    /** Windows are fixed, in UTC; weeks begin on Monday. */
    period: "1m" | "1h" | "1d" | "1w" | "1M";
  }> | undefined;
  /** Jobs that may be accepted and not ended at a time. Absent: the stage's limit. */
  max_open_jobs?: number | undefined;
  /** Seconds that results live where a submission doesn't say. Absent: as the stage says. */
  result_ttl?: number | undefined;
  /** RFC 3339, in the future. From this instant on the key is refused. Absent: it never expires. */
  expires_at?: string | undefined;
};

export type VirtualKeyChange = {
  /** For people, and for tokens that name the key: 1 to 64 printable characters, no space at either end, not beginning with `vk_` or `sk-bf-`, in Unicode's composed form (NFC). No two keys have the same. */
  name?: string | undefined;
  /** False blocks the key, and stops what it has waiting. */
  active?: boolean | undefined;
  /** What the key may use, as `{"provider": ["model"]}`, `*` standing for all: what isn't named is denied. At most 64 providers, 256 models of each, none twice, and 16 KiB in all. */
  providers?: {
    [name: string]: Array<string>;
  } | undefined;
  rate_limits?: Array<{
    /** Submissions that are accepted in each window. */
    requests: number;
    /** Windows are fixed, in UTC; weeks begin on Monday. */
    period: "1m" | "1h" | "1d" | "1w" | "1M";
  }> | null | undefined;
  max_open_jobs?: number | null | undefined;
  result_ttl?: number | null | undefined;
  expires_at?: string | null | undefined;
};

export type VirtualKeyRotation = {
  /** Seconds for which earlier credentials go on working; 0 if absent. */
  overlap_seconds?: number | undefined;
};

export type DeletedVirtualKey = {
  id: string;
  object: "virtual_key";
  deleted: true;
  /** Where a purge was asked for. `done`: all its jobs and images that were found are deleted. `continues`: the stage goes on deleting them. Submissions may be accepted for five seconds more; the stage deletes their jobs one to six minutes later. */
  purge?: "done" | "continues" | undefined;
};

export type Health = {
  status: "ok";
  version: string;
};
