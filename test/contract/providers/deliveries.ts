import type { ProviderName } from '../../../lambda/contract/provider-names.ts';
import { pngBytes } from '../../support/image-bytes.ts';

/** The image that is delivered, which is no whole png: whoever decoded it, or made it anew, would be seen. */
export const picture = Buffer.from(pngBytes(300_001));

/** How an image comes: as base64 in JSON, as a `data:` address in it, at an address of its own, or as the answer itself. */
export type Delivery = 'base64' | 'data_address' | 'address' | 'bytes';

/** What a provider answers: to what is posted, and to what is asked after at each path below its origin. */
export interface Delivered {
  readonly posted: unknown;
  readonly asked?: Readonly<Record<string, unknown>>;
}

type Form = (origin: string) => Delivered;
type Forms = Readonly<Partial<Record<Delivery, Form>>>;

const base64 = picture.toString('base64');
const dataAddress = `data:image/png;base64,${base64}`;
export const picturePath = '/made/picture.png';

/** The forms of a provider whose answers name addresses, to which a `data:` address is one as well. */
const addressed = (form: (url: string, origin: string) => Delivered): Forms => ({
  data_address: (origin) => form(dataAddress, origin),
  address: (origin) => form(`${origin}${picturePath}`, origin),
});

const imagesApi: Forms = {
  base64: () => ({ posted: { created: 1, data: [{ b64_json: base64 }] } }),
  ...addressed((url) => ({ posted: { created: 1, data: [{ url }] } })),
};

const generateContent: Forms = {
  base64: () => ({
    posted: { candidates: [{ content: { parts: [{ inlineData: { mimeType: 'image/png', data: base64 } }] } }] },
  }),
};

/** Every provider with an adapter of its own, and each form in which it delivers; a new one is asked for by the compiler. */
export const deliveries: Readonly<Record<ProviderName | 'studio', Forms>> = {
  openai: imagesApi,
  azure: imagesApi,
  xai: imagesApi,
  together: imagesApi,
  studio: imagesApi,
  recraft: imagesApi,
  ideogram: addressed((url) => ({ posted: { created: '2026', data: [{ url, is_image_safe: true }] } })),
  gemini: generateContent,
  vertex: generateContent,
  bedrock: { base64: () => ({ posted: { seeds: [1], finish_reasons: [null], images: [base64] } }) },
  stability: {
    bytes: () => ({ posted: picture }),
    base64: () => ({ posted: { image: base64, finish_reason: 'SUCCESS', seed: 1 } }),
  },
  bfl: addressed((url, origin) => ({
    posted: { id: 'w', polling_url: `${origin}/w` },
    asked: { '/w': { id: 'w', status: 'Ready', result: { sample: url } } },
  })),
  fal: addressed((url, origin) => ({
    posted: { request_id: 'w', status_url: `${origin}/w/status`, response_url: `${origin}/w` },
    asked: { '/w/status': { status: 'COMPLETED' }, '/w': { images: [{ url }] } },
  })),
  replicate: addressed((url, origin) => ({
    posted: { id: 'w', status: 'starting', urls: { get: `${origin}/w`, cancel: `${origin}/w/cancel` } },
    asked: { '/w': { id: 'w', status: 'succeeded', output: [url], urls: { get: `${origin}/w` } } },
  })),
};
