// Written by `npm run docs`.

export type ImageGenerationSubmission = {
  /** As `provider/model`, such as `openai/gpt-image-2`, split at the first slash. The name of a model alone is enough if exactly one provider has it. */
  model: string;
  /** Number of images; 1 if absent. */
  n?: number | undefined;
  /** `auto` or `WxH` in pixels, such as 256x256, 512x512, 1024x1024, 1792x1024, 1024x1792, 1536x1024, 1024x1536. */
  size?: string | undefined;
  /** An aspect ratio such as `16:9`, if no `size` is given. It is mapped to the nearest that the model makes, with a warning. */
  aspect_ratio?: string | undefined;
  /** Such as `1K`, `2K` or `4K`, likewise. */
  resolution?: string | undefined;
  /** How the result contains its images; `url` if absent, in which case a synchronous response contains those of GPT image models both ways. */
  response_format?: "url" | "b64_json" | undefined;
  /** Server-sent events instead of one result. For synchronous generations and edits only: true is a 400 for variations and on asynchronous routes. */
  stream?: boolean | undefined;
  /** The caller's own identifier of its end user. */
  user?: string | undefined;
  /** Models to try in order if the first one fails. */
  fallbacks?: Array<string | {
    provider: string;
    model: string;
  }> | undefined;
  /** What the images should show. It must not be blank. */
  prompt: string;
  background?: "transparent" | "opaque" | "auto" | undefined;
  /** How many partial images a stream shows before the finished one, 0 to 3; 0 if absent. Above 0 it requires `stream` set to true. */
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
  /** As `provider/model`, such as `openai/gpt-image-2`, split at the first slash. The name of a model alone is enough if exactly one provider has it. */
  model: string;
  /** Number of images; 1 if absent. */
  n?: number | undefined;
  /** `auto` or `WxH` in pixels, such as 256x256, 512x512, 1024x1024, 1792x1024, 1024x1792, 1536x1024, 1024x1536. */
  size?: string | undefined;
  /** An aspect ratio such as `16:9`, if no `size` is given. It is mapped to the nearest that the model makes, with a warning. */
  aspect_ratio?: string | undefined;
  /** Such as `1K`, `2K` or `4K`, likewise. */
  resolution?: string | undefined;
  /** How the result contains its images; `url` if absent, in which case a synchronous response contains those of GPT image models both ways. */
  response_format?: "url" | "b64_json" | undefined;
  /** Server-sent events instead of one result. For synchronous generations and edits only: true is a 400 for variations and on asynchronous routes. */
  stream?: boolean | undefined;
  /** The caller's own identifier of its end user. */
  user?: string | undefined;
  /** Models to try in order if the first one fails. */
  fallbacks?: Array<string | {
    provider: string;
    model: string;
  }> | undefined;
  /** What the images should show. It must not be blank. */
  prompt?: string | undefined;
  /** A special kind of edit. `inpainting` needs a mask. `outpainting` needs the `size` of the whole picture, its `aspect_ratio`, or at least one of `left`, `right`, `up` and `down` in pixels. */
  type?: "inpainting" | "outpainting" | "background_removal" | undefined;
  input_fidelity?: "low" | "high" | undefined;
  background?: "transparent" | "opaque" | "auto" | undefined;
  /** How many partial images a stream shows before the finished one, 0 to 3; 0 if absent. Above 0 it requires `stream` set to true. */
  partial_images?: number | undefined;
  /** `auto`, `low`, `medium`, `high`, `xhigh`, `max`, `standard`, `hd`, or a compatible server's own word. */
  quality?: string | undefined;
  output_format?: "png" | "webp" | "jpeg" | undefined;
  /** Percent, for webp and jpeg. */
  output_compression?: number | undefined;
  num_inference_steps?: number | undefined;
  seed?: number | undefined;
  negative_prompt?: string | undefined;
  /** The input images, in order. */
  images?: string | {
    image_url: string | {
      /** A `data:` URI with the image in base64, the id of an uploaded file (`file-…`), or an `https://` address of at most 2048 characters, which is fetched before the first provider request. */
      url: string;
    };
  } | {
    /** A `data:` URI with the image in base64, the id of an uploaded file (`file-…`), or an `https://` address of at most 2048 characters, which is fetched before the first provider request. */
    file_id: string;
  } | Array<string | {
    image_url: string | {
      /** A `data:` URI with the image in base64, the id of an uploaded file (`file-…`), or an `https://` address of at most 2048 characters, which is fetched before the first provider request. */
      url: string;
    };
  } | {
    /** A `data:` URI with the image in base64, the id of an uploaded file (`file-…`), or an `https://` address of at most 2048 characters, which is fetched before the first provider request. */
    file_id: string;
  }> | undefined;
  /** The same. Images under both names are all used, in the order of the body. */
  image?: string | {
    image_url: string | {
      /** A `data:` URI with the image in base64, the id of an uploaded file (`file-…`), or an `https://` address of at most 2048 characters, which is fetched before the first provider request. */
      url: string;
    };
  } | {
    /** A `data:` URI with the image in base64, the id of an uploaded file (`file-…`), or an `https://` address of at most 2048 characters, which is fetched before the first provider request. */
    file_id: string;
  } | Array<string | {
    image_url: string | {
      /** A `data:` URI with the image in base64, the id of an uploaded file (`file-…`), or an `https://` address of at most 2048 characters, which is fetched before the first provider request. */
      url: string;
    };
  } | {
    /** A `data:` URI with the image in base64, the id of an uploaded file (`file-…`), or an `https://` address of at most 2048 characters, which is fetched before the first provider request. */
    file_id: string;
  }> | undefined;
  /** The same size as the first image; its transparent areas are edited. */
  mask?: string | {
    image_url: string | {
      /** A `data:` URI with the image in base64, the id of an uploaded file (`file-…`), or an `https://` address of at most 2048 characters, which is fetched before the first provider request. */
      url: string;
    };
  } | {
    /** A `data:` URI with the image in base64, the id of an uploaded file (`file-…`), or an `https://` address of at most 2048 characters, which is fetched before the first provider request. */
    file_id: string;
  } | undefined;
  [name: string]: unknown;
};

export type ImageVariationSubmission = {
  /** As `provider/model`, such as `openai/gpt-image-2`, split at the first slash. The name of a model alone is enough if exactly one provider has it. */
  model: string;
  /** Number of images; 1 if absent. */
  n?: number | undefined;
  /** `auto` or `WxH` in pixels, such as 256x256, 512x512, 1024x1024, 1792x1024, 1024x1792, 1536x1024, 1024x1536. */
  size?: string | undefined;
  /** An aspect ratio such as `16:9`, if no `size` is given. It is mapped to the nearest that the model makes, with a warning. */
  aspect_ratio?: string | undefined;
  /** Such as `1K`, `2K` or `4K`, likewise. */
  resolution?: string | undefined;
  /** How the result contains its images; `url` if absent, in which case a synchronous response contains those of GPT image models both ways. */
  response_format?: "url" | "b64_json" | undefined;
  /** Server-sent events instead of one result. For synchronous generations and edits only: true is a 400 for variations and on asynchronous routes. */
  stream?: boolean | undefined;
  /** The caller's own identifier of its end user. */
  user?: string | undefined;
  /** Models to try in order if the first one fails. */
  fallbacks?: Array<string | {
    provider: string;
    model: string;
  }> | undefined;
  /** The input images, in order. */
  images?: string | {
    image_url: string | {
      /** A `data:` URI with the image in base64, the id of an uploaded file (`file-…`), or an `https://` address of at most 2048 characters, which is fetched before the first provider request. */
      url: string;
    };
  } | {
    /** A `data:` URI with the image in base64, the id of an uploaded file (`file-…`), or an `https://` address of at most 2048 characters, which is fetched before the first provider request. */
    file_id: string;
  } | Array<string | {
    image_url: string | {
      /** A `data:` URI with the image in base64, the id of an uploaded file (`file-…`), or an `https://` address of at most 2048 characters, which is fetched before the first provider request. */
      url: string;
    };
  } | {
    /** A `data:` URI with the image in base64, the id of an uploaded file (`file-…`), or an `https://` address of at most 2048 characters, which is fetched before the first provider request. */
    file_id: string;
  }> | undefined;
  /** The same. Images under both names are all used, in the order of the body. */
  image?: string | {
    image_url: string | {
      /** A `data:` URI with the image in base64, the id of an uploaded file (`file-…`), or an `https://` address of at most 2048 characters, which is fetched before the first provider request. */
      url: string;
    };
  } | {
    /** A `data:` URI with the image in base64, the id of an uploaded file (`file-…`), or an `https://` address of at most 2048 characters, which is fetched before the first provider request. */
    file_id: string;
  } | Array<string | {
    image_url: string | {
      /** A `data:` URI with the image in base64, the id of an uploaded file (`file-…`), or an `https://` address of at most 2048 characters, which is fetched before the first provider request. */
      url: string;
    };
  } | {
    /** A `data:` URI with the image in base64, the id of an uploaded file (`file-…`), or an `https://` address of at most 2048 characters, which is fetched before the first provider request. */
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
  /** From this instant on, the job is a 404 and its links no longer work. RFC 3339, UTC, milliseconds. */
  expires_at?: string | undefined;
  /** 200 for a completed job, the status of `error` otherwise. */
  status_code?: number | undefined;
  result?: ImageResult | undefined;
  error?: ErrorBody | undefined;
};

export type ListedImageJob = {
  /** A UUID. */
  id: string;
  /** The id of the request that submitted the job. */
  request_id?: string | undefined;
  status: "pending" | "processing" | "completed" | "failed" | "cancelled";
  /** When the job was accepted. RFC 3339, UTC, milliseconds. */
  created_at: string;
  /** When it ended. RFC 3339, UTC, milliseconds. */
  completed_at?: string | undefined;
  /** From this instant on, the job is a 404 and its links no longer work. RFC 3339, UTC, milliseconds. */
  expires_at?: string | undefined;
  /** 200 for a completed job, the status of `error` otherwise. */
  status_code?: number | undefined;
  error?: ErrorBody | undefined;
  /** The operation, from which the path of the job follows. */
  operation: "generation" | "edit" | "variation";
};

export type ImageJobList = {
  object: "list";
  data: Array<ListedImageJob>;
  /** Pass it as `cursor` to get the next page. Absent on the last page. */
  next_cursor?: string | undefined;
};

export type ImageResult = {
  /** The job's id. */
  id: string;
  /** When the images were made, in Unix seconds. */
  created: number;
  /** The model that made the images, as `provider/model`. */
  model: string;
  data: Array<{
    /** Works without a credential until the job expires. Redirects to the image. */
    url?: string | undefined;
    /** The same bytes in base64, without a `data:` prefix. */
    b64_json?: string | undefined;
    revised_prompt?: string | undefined;
    /** Whether the bytes carry a C2PA manifest. Its signature is not verified. */
    content_credentials: boolean;
    index: number;
  }>;
  /** The value reported by the provider, or else the requested one; `auto` if the model chose. */
  background: string;
  /** The type of the first image, detected from its bytes; the `Content-Type` of each image gives its own. */
  output_format: "png" | "jpeg" | "webp";
  /** The value reported by the provider, or else the requested one: `auto`, a quality of the contract, or one of the provider's own. */
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
    /** The provider that made the images: the requested one, or a fallback. */
    provider: string;
    model_requested: string;
    /** The provider's own name of the target: a deployment, an endpoint, a profile, or the model's id. */
    model_deployment: string;
    /** Duration of the successful attempt in milliseconds. */
    latency: number;
    chunk_index: number;
    /** The request sent to the provider, if requested by header: without credentials, and with the length of each image instead of its bytes. Of several requests, the last that delivered images. */
    raw_request?: unknown;
    /** The provider's response to it, likewise. */
    raw_response?: unknown;
    /** How the job took part in the cache, if its submission had a cache key. */
    cache_debug?: {
      /** Whether the images are copies of a known answer: then no provider request was made. */
      cache_hit: boolean;
      /** The id of the known answer, by which it can be deleted. */
      cache_id: string;
      hit_type?: "direct" | undefined;
      requested_provider: string;
      requested_model: string;
      provider_used: string;
      model_used: string;
    } | undefined;
    warnings?: Array<Warning> | undefined;
    /** US dollars for all attempts together, failed ones included; null if that of any is unknown. A result from the cache costs 0. */
    cost_usd?: number | null | undefined;
    /** The day (YYYY-MM-DD) of the gateway's price list, if any cost is from there rather than from a provider's response; of several days the earliest. */
    priced_on?: string | undefined;
    /** Every provider request of the job, in order. */
    attempts: Array<Attempt>;
  };
};

export type Quote = {
  object: "quote";
  /** The model that is called first, as `provider/model`. */
  model: string;
  currency: "USD";
  /** The usual price of all images at that model. In US dollars; null if the price is unknown. */
  likely_usd: number | null;
  /** The price of all images at the dearest candidate. In US dollars; null if the price is unknown. */
  worst_usd: number | null;
  /** The date on which that model's price was read (YYYY-MM-DD); null if the price is unknown. */
  as_of: string | null;
  /** The requested model and its fallbacks, in order. */
  candidates: Array<{
    /** The model, as `provider/model`. */
    model: string;
    /** The usual price of all images. In US dollars; null if the price is unknown. */
    likely_usd: number | null;
    /** The highest price of all images, if no request is repeated. In US dollars; null if the price is unknown. */
    worst_usd: number | null;
    /** How many images a provider request makes; the last one makes those left. */
    images_per_request: number;
    /** How many provider requests that takes. */
    requests: number;
    /** The date on which the price was read (YYYY-MM-DD); null if the price is unknown. */
    as_of: string | null;
  }>;
  /** The warnings of the job and of the first model's request. */
  warnings: Array<Warning>;
};

export type PartialImageEvent = {
  type: "image_generation.partial_image" | "image_edit.partial_image";
  /** From 0; starts at 0 again if another provider request was needed. */
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
  /** Works without a credential until the job expires. Redirects to the image. */
  url?: string | undefined;
  b64_json: string;
  revised_prompt?: string | undefined;
  /** Whether the bytes carry a C2PA manifest. Its signature is not verified. */
  content_credentials: boolean;
  index: number;
  /** Unix seconds. */
  created_at: number;
  /** The job's id. */
  id: string;
  /** The model that made the images, as `provider/model`. */
  model: string;
  /** The value reported by the provider, or else the requested one; `auto` if the model chose. */
  background: string;
  /** The type of this image, detected from its bytes. */
  output_format: "png" | "jpeg" | "webp";
  /** The value reported by the provider, or else the requested one: `auto`, a quality of the contract, or one of the provider's own. */
  quality: string;
  /** `WxH` in pixels, of this image, read from its bytes. */
  size: string;
  extra_fields: {
    request_type: "image_generation" | "image_edit" | "image_variation";
    /** The provider that made the images: the requested one, or a fallback. */
    provider: string;
    model_requested: string;
    /** The provider's own name of the target: a deployment, an endpoint, a profile, or the model's id. */
    model_deployment: string;
    /** Duration of the successful attempt in milliseconds. */
    latency: number;
    chunk_index: number;
    /** The request sent to the provider, if requested by header: without credentials, and with the length of each image instead of its bytes. Of several requests, the last that delivered images. */
    raw_request?: unknown;
    /** The provider's response to it, likewise. */
    raw_response?: unknown;
    /** How the job took part in the cache, if its submission had a cache key. */
    cache_debug?: {
      /** Whether the images are copies of a known answer: then no provider request was made. */
      cache_hit: boolean;
      /** The id of the known answer, by which it can be deleted. */
      cache_id: string;
      hit_type?: "direct" | undefined;
      requested_provider: string;
      requested_model: string;
      provider_used: string;
      model_used: string;
    } | undefined;
    warnings?: Array<Warning> | undefined;
    /** US dollars for all attempts together, failed ones included; null if that of any is unknown. A result from the cache costs 0. */
    cost_usd?: number | null | undefined;
    /** The day (YYYY-MM-DD) of the gateway's price list, if any cost is from there rather than from a provider's response; of several days the earliest. */
    priced_on?: string | undefined;
    /** Every provider request of the job, in order. */
    attempts: Array<Attempt>;
  };
  /** For all images together; sent with the last of them. */
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
  /** The request id of the response. */
  event_id: string;
  type: "error";
  /** True if the gateway decided it, false if the provider answered it. */
  is_bifrost_error: boolean;
  status_code: number;
  error: {
    /** OpenAI's class for the code. */
    type: "invalid_request_error" | "authentication_error" | "insufficient_quota" | "permission_error" | "rate_limit_error" | "api_error";
    code: "invalid_request" | "invalid_value" | "missing_field" | "unsupported_operation" | "unknown_provider" | "model_retired" | "stream_unsupported" | "invalid_image" | "virtual_key_required" | "virtual_key_not_found" | "invalid_token" | "budget_exceeded" | "virtual_key_blocked" | "provider_blocked" | "model_blocked" | "admin_required" | "not_found" | "method_not_allowed" | "idempotency_expired" | "payload_too_large" | "unsupported_media_type" | "idempotency_mismatch" | "content_refused" | "rate_limited" | "cancelled" | "internal" | "provider_error" | "provider_auth" | "unavailable" | "provider_timeout" | "deadline_exceeded";
    /** What is wrong, and what to change. */
    message: string;
    /** The invalid field; for a 429, the limit that was reached: `rate_limits` or `max_open_jobs`, for an upload `max_files` or `max_file_bytes`; for a 402, `budgets`, or `model` if its price is unknown. Absent if no limit of the caller was reached. */
    param?: string | undefined;
    event_id: string;
  };
  extra_fields: {
    /** The job that continues although its synchronous request has been answered. */
    job_id?: string | undefined;
    provider?: string | undefined;
    model_requested?: string | undefined;
    request_type?: string | undefined;
    /** The provider request that failed, if requested by header. */
    raw_request?: unknown;
    /** Likewise. */
    raw_response?: unknown;
    /** US dollars for all attempts together, failed ones included; null if that of any is unknown. A result from the cache costs 0. */
    cost_usd?: number | null | undefined;
    /** The day (YYYY-MM-DD) of the gateway's price list, if any cost is from there rather than from a provider's response; of several days the earliest. */
    priced_on?: string | undefined;
    attempts?: Array<Attempt> | undefined;
    warnings?: Array<Warning> | undefined;
  };
};

export type ErrorBody = {
  /** The request id of the response. */
  event_id: string;
  /** Repeats `error.code`. */
  type: "invalid_request" | "invalid_value" | "missing_field" | "unsupported_operation" | "unknown_provider" | "model_retired" | "stream_unsupported" | "invalid_image" | "virtual_key_required" | "virtual_key_not_found" | "invalid_token" | "budget_exceeded" | "virtual_key_blocked" | "provider_blocked" | "model_blocked" | "admin_required" | "not_found" | "method_not_allowed" | "idempotency_expired" | "payload_too_large" | "unsupported_media_type" | "idempotency_mismatch" | "content_refused" | "rate_limited" | "cancelled" | "internal" | "provider_error" | "provider_auth" | "unavailable" | "provider_timeout" | "deadline_exceeded";
  /** True if the gateway decided it, false if the provider answered it. */
  is_bifrost_error: boolean;
  status_code: number;
  error: {
    /** OpenAI's class for the code. */
    type: "invalid_request_error" | "authentication_error" | "insufficient_quota" | "permission_error" | "rate_limit_error" | "api_error";
    code: "invalid_request" | "invalid_value" | "missing_field" | "unsupported_operation" | "unknown_provider" | "model_retired" | "stream_unsupported" | "invalid_image" | "virtual_key_required" | "virtual_key_not_found" | "invalid_token" | "budget_exceeded" | "virtual_key_blocked" | "provider_blocked" | "model_blocked" | "admin_required" | "not_found" | "method_not_allowed" | "idempotency_expired" | "payload_too_large" | "unsupported_media_type" | "idempotency_mismatch" | "content_refused" | "rate_limited" | "cancelled" | "internal" | "provider_error" | "provider_auth" | "unavailable" | "provider_timeout" | "deadline_exceeded";
    /** What is wrong, and what to change. */
    message: string;
    /** The invalid field; for a 429, the limit that was reached: `rate_limits` or `max_open_jobs`, for an upload `max_files` or `max_file_bytes`; for a 402, `budgets`, or `model` if its price is unknown. Absent if no limit of the caller was reached. */
    param?: string | undefined;
    event_id: string;
  };
  extra_fields: {
    /** The job that continues although its synchronous request has been answered. */
    job_id?: string | undefined;
    provider?: string | undefined;
    model_requested?: string | undefined;
    request_type?: string | undefined;
    /** The provider request that failed, if requested by header. */
    raw_request?: unknown;
    /** Likewise. */
    raw_response?: unknown;
    /** US dollars for all attempts together, failed ones included; null if that of any is unknown. A result from the cache costs 0. */
    cost_usd?: number | null | undefined;
    /** The day (YYYY-MM-DD) of the gateway's price list, if any cost is from there rather than from a provider's response; of several days the earliest. */
    priced_on?: string | undefined;
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
  /** How many consecutive requests, all refused for rate, this entry summarises, if more than one; the other fields describe the last. */
  count?: number | undefined;
  /** When the first of them was sent. RFC 3339, UTC, milliseconds. */
  first_started_at?: string | undefined;
  /** Milliseconds; absent while the request is open or its end is unknown. */
  latency?: number | undefined;
  /** `started`, `succeeded`, `abandoned` (its worker was lost), or a kind of failure such as `rate_limited`. */
  outcome: string;
  /** The provider's HTTP status. */
  status_code?: number | undefined;
  /** Whether the provider charged for it, as far as is known. */
  billed: "yes" | "no" | "unknown";
  /** US dollars, without tax and discounts; 0 if not billed, null if unknown. */
  cost_usd?: number | null | undefined;
  /** Whether the cost is the provider's own figure, or derived from the gateway's price list. */
  cost_source?: "provider" | "price_list" | undefined;
};

export type Warning = {
  code: string;
  /** The field concerned. */
  param?: string | undefined;
  message: string;
  /** How many warnings were left out, for the code `warnings_omitted`. */
  count?: number | undefined;
};

export type ModelList = {
  object: "list";
  data: Array<ListedModel>;
};

export type ListedModel = {
  /** As `provider/model`: the `model` of a submission. */
  id: string;
  object: "model";
  /** Always 0: providers don't publish when a model was made, and OpenAI clients expect a number. */
  created: 0;
  /** The provider. */
  owned_by: string;
  /** What the provider charges, before taxes, discounts and free allowances; null if the price is unknown. */
  pricing: {
    currency: "USD";
    /** The date (YYYY-MM-DD) on which the price was read; null for a price from the stage's settings. */
    as_of: string | null;
    /** Where the price was read. */
    source: string;
    /** Whether a request that the provider's moderation refuses is charged. */
    refusals: "free" | "billed" | "unknown";
    /** Charged by the image. */
    kind: "image";
    /** The first entry that applies to a request is its price. */
    images: Array<{
      /** US dollars per image. */
      usd: number;
      /** Only for this operation, or this `type` of an edit. */
      operation?: string | undefined;
      /** Only for this quality, in the provider's words. */
      quality?: string | undefined;
      /** Only for this resolution, in the provider's words. */
      resolution?: string | undefined;
      /** Only if this background is requested. */
      background?: string | undefined;
    }>;
    /** US dollars per input image. */
    input_image_usd: number;
    /** US dollars per image that these parameters add if set. */
    surcharges?: {
      [name: string]: number;
    } | undefined;
  } | {
    currency: "USD";
    /** The date (YYYY-MM-DD) on which the price was read; null for a price from the stage's settings. */
    as_of: string | null;
    /** Where the price was read. */
    source: string;
    /** Whether a request that the provider's moderation refuses is charged. */
    refusals: "free" | "billed" | "unknown";
    /** Charged by the megapixel. */
    kind: "megapixel";
    /** Pixels of one megapixel, as the provider counts them. */
    megapixel_pixels: number;
    /** Whether a megapixel that is begun counts as a whole one. */
    rounded_up: boolean;
    /** US dollars for the first megapixel of each image. */
    first_usd: number;
    /** US dollars for each further megapixel. */
    further_usd: number;
    /** US dollars for each megapixel of an input image. */
    input_usd: number;
  } | {
    currency: "USD";
    /** The date (YYYY-MM-DD) on which the price was read; null for a price from the stage's settings. */
    as_of: string | null;
    /** Where the price was read. */
    source: string;
    /** Whether a request that the provider's moderation refuses is charged. */
    refusals: "free" | "billed" | "unknown";
    /** Charged by tokens. */
    kind: "tokens";
    per_million_tokens: {
      /** US dollars for a million tokens of the prompt. */
      text_input_usd: number;
      /** US dollars for a million tokens of input images. */
      image_input_usd: number;
      /** US dollars for a million tokens of images. */
      image_output_usd: number;
      /** US dollars for a million tokens of text in the response, such as reasoning. */
      text_output_usd?: number | undefined;
    };
  } | null;
  capabilities: {
    /** `emulated`: made by another operation, with a warning; `none`: refused. */
    operations: {
      generation: "native" | "emulated" | "none";
      edit: "native" | "emulated" | "none";
      variation: "native" | "emulated" | "none";
    };
    /** The same for each `type` of an edit. */
    edit_types: {
      inpainting: "native" | "emulated" | "none";
      outpainting: "native" | "emulated" | "none";
      background_removal: "native" | "emulated" | "none";
    };
    /** The sizes it makes. Any other size is mapped to the nearest of these, with a warning. */
    sizes: {
      /** Any size within these bounds. */
      kind: "free";
      /** Both edges are multiples of this many pixels. */
      multiple_of: number;
      /** Pixels. */
      longest_edge: number;
      /** The long edge is at most this many times the short edge. */
      widest_ratio: number;
      /** Of the whole image. */
      fewest_pixels: number;
      /** Likewise. */
      most_pixels: number;
    } | {
      /** Only these sizes. */
      kind: "listed";
      /** Each as `WxH`. */
      sizes: Array<string>;
    } | {
      /** The model takes an aspect ratio. */
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
    /** Maximum images per provider request; for a larger `n` the gateway makes several requests. */
    images_per_request: number;
    /** Maximum input images per submission. */
    input_images: number;
    /** Whether it takes a mask. */
    mask: boolean;
    /** Whether it streams partial images, if a synchronous request sets `stream`. */
    streams: boolean;
    /** How each parameter is handled: sent unchanged, sent under another name or value, left out with a warning, or refused. `partial_images` is sent if `streams` allows it, and else left out with a warning. */
    parameters: {
      [name: string]: "sent" | "mapped" | "dropped" | "refused";
    };
    /** Typical duration of a provider request. */
    typical_seconds: number;
    /** The date (YYYY-MM-DD) on which the provider retires it, if announced. */
    retires_on?: string | undefined;
  };
};

export type VirtualKeyView = {
  /** Owns the jobs, whichever credential submitted them. */
  id: string;
  object: "virtual_key";
  name: string;
  /** The credential. Only the responses that create one contain it; it is not stored. */
  key?: string | undefined;
  /** The valid credentials, newest first: earlier ones end with their overlap. One without `expires_at` works until the key is rotated. */
  credentials: Array<{
    /** Refused from this instant on. RFC 3339, UTC, milliseconds. */
    expires_at?: string | undefined;
  }>;
  active: boolean;
  providers: {
    [name: string]: Array<string>;
  };
  /** From the shortest period to the longest. Empty: costs are not limited. */
  budgets: Array<{
    /** US dollars that the submissions of a window may cost: above 0, up to 1,000,000, with at most six decimals. */
    usd: number;
    /** Windows are fixed, in UTC; weeks begin on Monday. */
    period: "1m" | "1h" | "1d" | "1w" | "1M";
  }>;
  /** From the shortest period to the longest. Absent: the stage's limits. */
  rate_limits?: Array<{
    /** Maximum of accepted submissions per window. */
    requests: number;
    /** Windows are fixed, in UTC; weeks begin on Monday. */
    period: "1m" | "1h" | "1d" | "1w" | "1M";
  }> | undefined;
  /** Absent: the stage's limit. */
  max_open_jobs?: number | undefined;
  /** Seconds. Absent: the stage's default. */
  result_ttl?: number | undefined;
  /** When the key was made. RFC 3339, UTC, milliseconds. */
  created_at: string;
  /** Refused from this instant on. RFC 3339, UTC, milliseconds. */
  expires_at?: string | undefined;
  /** When its last submission was accepted. RFC 3339, UTC, milliseconds. */
  last_used_at?: string | undefined;
  /** The key's current usage. Absent in responses that contain the credential. */
  usage?: {
    /** Accepted jobs that have not ended. */
    open_jobs: number;
    /** The maximum: the key's own limit, or the stage's. */
    max_open_jobs: number;
    /** One for each rate limit, from the shortest period to the longest. */
    requests: Array<{
      period: "1m" | "1h" | "1d" | "1w" | "1M";
      /** Submissions accepted in the current window. */
      used: number;
      /** The key's own limit, or the stage's. */
      limit: number;
      /** When the next window begins. RFC 3339, UTC, milliseconds. */
      resets_at: string;
    }>;
    /** One for each budget, from the shortest period to the longest. */
    budgets: Array<{
      period: "1m" | "1h" | "1d" | "1w" | "1M";
      /** US dollars. The budget. */
      limit_usd: number;
      /** US dollars. What is spent in the current window, and what is reserved. */
      committed_usd: number;
      /** US dollars. Of that, what jobs may cost that haven't ended. */
      reserved_usd: number;
      /** US dollars. What is left. */
      remaining_usd: number;
      /** When the next window begins. RFC 3339, UTC, milliseconds. */
      resets_at: string;
    }>;
    /** One for each period, whether or not there is a budget. A cost that is unknown counts as the most that the request could have cost, or as 0 if its price is unknown, too. */
    spend: Array<{
      period: "1m" | "1h" | "1d" | "1w" | "1M";
      /** US dollars. What the jobs have cost that were submitted in the current window and have ended. */
      usd: number;
      /** US dollars. What those may cost that haven't ended. */
      reserved_usd: number;
      /** When the window began. RFC 3339, UTC, milliseconds. */
      starts_at: string;
      /** When the next window begins. RFC 3339, UTC, milliseconds. */
      resets_at: string;
      /** The same by model, the dearest first. For the day and the month. */
      models?: Array<{
        /** `provider/model`. */
        model: string;
        /** US dollars. What it has cost. */
        usd: number;
      }> | undefined;
    }>;
  } | undefined;
};

export type VirtualKeyList = {
  object: "list";
  data: Array<VirtualKeyView>;
  has_more: boolean;
  /** Pass it as `cursor` to get the next page. Absent on the last page. */
  next_cursor?: string | undefined;
};

export type Usage = {
  object: "usage";
  /** The virtual key's id, or `admin:` and the token's subject. */
  owner: string;
  /** Accepted jobs that have not ended. */
  open_jobs: number;
  /** The maximum: the key's own limit, or the stage's. */
  max_open_jobs: number;
  /** One for each rate limit, from the shortest period to the longest. */
  requests: Array<{
    period: "1m" | "1h" | "1d" | "1w" | "1M";
    /** Submissions accepted in the current window. */
    used: number;
    /** The key's own limit, or the stage's. */
    limit: number;
    /** When the next window begins. RFC 3339, UTC, milliseconds. */
    resets_at: string;
  }>;
  /** One for each budget, from the shortest period to the longest. */
  budgets: Array<{
    period: "1m" | "1h" | "1d" | "1w" | "1M";
    /** US dollars. The budget. */
    limit_usd: number;
    /** US dollars. What is spent in the current window, and what is reserved. */
    committed_usd: number;
    /** US dollars. Of that, what jobs may cost that haven't ended. */
    reserved_usd: number;
    /** US dollars. What is left. */
    remaining_usd: number;
    /** When the next window begins. RFC 3339, UTC, milliseconds. */
    resets_at: string;
  }>;
  /** One for each period, whether or not there is a budget. A cost that is unknown counts as the most that the request could have cost, or as 0 if its price is unknown, too. */
  spend: Array<{
    period: "1m" | "1h" | "1d" | "1w" | "1M";
    /** US dollars. What the jobs have cost that were submitted in the current window and have ended. */
    usd: number;
    /** US dollars. What those may cost that haven't ended. */
    reserved_usd: number;
    /** When the window began. RFC 3339, UTC, milliseconds. */
    starts_at: string;
    /** When the next window begins. RFC 3339, UTC, milliseconds. */
    resets_at: string;
    /** The same by model, the dearest first. For the day and the month. */
    models?: Array<{
      /** `provider/model`. */
      model: string;
      /** US dollars. What it has cost. */
      usd: number;
    }> | undefined;
  }>;
  /** When the last submission was accepted. RFC 3339, UTC, milliseconds. */
  last_used_at?: string | undefined;
};

export type VirtualKeyCreation = {
  /** For people, and for tokens that name the key: 1 to 64 printable characters, no space at either end, not beginning with `vk_` or `sk-bf-`, in Unicode's composed form (NFC). Names are unique. */
  name: string;
  /** False blocks the key and stops its open jobs. */
  active?: boolean | undefined;
  /** What the key may use, as `{"provider": ["model"]}`, with `*` for all; everything else is denied. At most 64 providers, 256 models of each, none twice, and 16 KiB in all. */
  providers?: {
    [name: string]: Array<string>;
  } | undefined;
  /** At most one object `{usd, period}` per period. Absent or empty: costs are not limited. */
  budgets?: Array<{
    /** US dollars that the submissions of a window may cost: above 0, up to 1,000,000, with at most six decimals. */
    usd: number;
    /** Windows are fixed, in UTC; weeks begin on Monday. */
    period: "1m" | "1h" | "1d" | "1w" | "1M";
  }> | undefined;
  /** At most one object `{requests, period}` per period. Absent: the stage's limits; an empty list: none. */
  rate_limits?: Array<{
    /** Maximum of accepted submissions per window. */
    requests: number;
    /** Windows are fixed, in UTC; weeks begin on Monday. */
    period: "1m" | "1h" | "1d" | "1w" | "1M";
  }> | undefined;
  /** Maximum number of open jobs (accepted and not ended). Absent: the stage's limit. */
  max_open_jobs?: number | undefined;
  /** How many seconds results are kept if a submission doesn't say. Absent: the stage's default. */
  result_ttl?: number | undefined;
  /** RFC 3339, in the future. The key is refused from this instant on. Absent: it never expires. */
  expires_at?: string | undefined;
};

export type VirtualKeyChange = {
  /** For people, and for tokens that name the key: 1 to 64 printable characters, no space at either end, not beginning with `vk_` or `sk-bf-`, in Unicode's composed form (NFC). Names are unique. */
  name?: string | undefined;
  /** False blocks the key and stops its open jobs. */
  active?: boolean | undefined;
  /** What the key may use, as `{"provider": ["model"]}`, with `*` for all; everything else is denied. At most 64 providers, 256 models of each, none twice, and 16 KiB in all. */
  providers?: {
    [name: string]: Array<string>;
  } | undefined;
  budgets?: Array<{
    /** US dollars that the submissions of a window may cost: above 0, up to 1,000,000, with at most six decimals. */
    usd: number;
    /** Windows are fixed, in UTC; weeks begin on Monday. */
    period: "1m" | "1h" | "1d" | "1w" | "1M";
  }> | null | undefined;
  rate_limits?: Array<{
    /** Maximum of accepted submissions per window. */
    requests: number;
    /** Windows are fixed, in UTC; weeks begin on Monday. */
    period: "1m" | "1h" | "1d" | "1w" | "1M";
  }> | null | undefined;
  max_open_jobs?: number | null | undefined;
  result_ttl?: number | null | undefined;
  expires_at?: string | null | undefined;
};

export type VirtualKeyRotation = {
  /** How many seconds earlier credentials keep working; 0 if absent. */
  overlap_seconds?: number | undefined;
};

export type DeletedVirtualKey = {
  id: string;
  object: "virtual_key";
  deleted: true;
  /** If a purge was requested. `done`: all jobs, images and files that were found are deleted. `continues`: the stage continues to delete them. Submissions may be accepted for five more seconds; the stage deletes their jobs one to six minutes later. */
  purge?: "done" | "continues" | undefined;
};

export type StoredFile = {
  /** Stands for the file in the images of a submission. */
  id: string;
  object: "file";
  /** Its length. */
  bytes: number;
  /** When it was uploaded or announced. Unix seconds. */
  created_at: number;
  /** It is unknown from then on. Jobs that it was submitted to have copies. Unix seconds. */
  expires_at: number;
  filename: string;
  purpose: string;
  /** `pending`: announced and not uploaded yet; `error`: not uploaded in time. */
  status: "uploaded" | "pending" | "error";
  /** How to upload an announced file: by one POST of `multipart/form-data` to `url`, with all `fields` as they are, and last the file as the part `file`. It needs no credential. Only the response to the announcement has it. */
  upload?: {
    url: string;
    method: "POST";
    fields: {
      [name: string]: string;
    };
    /** The storage refuses the form from then on. Unix seconds. */
    expires_at: number;
  } | undefined;
};

export type StoredFileList = {
  object: "list";
  data: Array<StoredFile>;
  /** Absent on an empty page. */
  first_id?: string | undefined;
  /** Absent on an empty page. */
  last_id?: string | undefined;
  has_more: boolean;
  /** Pass it as `after` to get the next page. Absent on the last page. */
  next_cursor?: string | undefined;
};

export type FileUpload = {
  /** For people. Control characters are removed, and what is longer than 255 characters is cut. */
  filename: string;
  /** The length of the file, at most 50 MB. The storage takes exactly as many bytes, so scale a larger image down before it is announced. */
  bytes: number;
  /** The `Content-Type` of the upload. */
  content_type: "image/png" | "image/jpeg" | "image/webp";
  /** Returned as sent: 1 to 64 printable characters; `vision` if absent. */
  purpose?: string | undefined;
  /** Asks for an earlier expiry: `seconds` after `created_at`. A stage keeps files for a day unless it is configured otherwise; a longer time than its own is shortened to that, as `expires_at` of the response shows. */
  expires_after?: {
    anchor: "created_at";
    seconds: number;
  } | undefined;
};

export type DeletedFile = {
  id: string;
  object: "file";
  deleted: true;
};

export type Health = {
  status: "ok";
  version: string;
};
