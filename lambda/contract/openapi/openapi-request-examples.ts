import type { FileUploadBody } from '../files/file.ts';
import type {
  ImageEditSubmission,
  ImageGenerationSubmission,
  ImageVariationSubmission,
  SubmissionFields,
} from '../submission.ts';
import type { VirtualKeyChange, VirtualKeyCreation, VirtualKeyRotation } from '../virtual-key.ts';

const png = 'data:image/png;base64,';

/** 64 x 64 pixels of one colour. */
const picture = `${png}iVBORw0KGgoAAAANSUhEUgAAAEAAAABACAMAAACdt4HsAAAAA1BMVEXdZjOuXDaOAAAACXBIWXMAAAPoAAAD6AG1e1JrAAAAG0lEQVRYw+3BgQAAAADDoPlT3+AEVQEAAAB8AxBAAAEZszF2AAAAAElFTkSuQmCC`;

/** As many, all of them transparent. */
const mask = `${png}iVBORw0KGgoAAAANSUhEUgAAAEAAAABACAMAAACdt4HsAAAAA1BMVEVMaXFNx9g6AAAAAXRSTlMAQObYZgAAAAlwSFlzAAAD6AAAA+gBtXtSawAAABtJREFUWMPtwYEAAAAAw6D5U9/gBFUBAAAAfAMQQAABGbMxdgAAAABJRU5ErkJggg==`;

/** Where a form has a file, of which JSON has nothing to show. */
const file = '(the bytes of an image)';

/** A form as the document shows it: its text parts in their types, its files as text. */
type Form<Fields> = Fields & {
  readonly image?: readonly string[];
  readonly 'image[]'?: readonly string[];
  readonly mask?: string;
};

interface Example<Value> {
  readonly summary: string;
  readonly value: Value;
}

/** Bodies that the gateway takes, by the schema that they are of and a name. */
export const requestExamples = {
  ImageGenerationSubmission: {
    generation: {
      summary: 'An image from a prompt',
      value: { model: 'openai/gpt-image-2', prompt: 'A lighthouse at dusk, in flat colours', size: '1536x1024' },
    },
    'generation-with-fallbacks': {
      summary: 'Two images, with another provider as the fallback',
      value: {
        model: 'openai/gpt-image-2',
        prompt: 'A lighthouse at dusk, in flat colours',
        n: 2,
        quality: 'high',
        output_format: 'webp',
        fallbacks: ['bfl/flux-2-pro', { provider: 'gemini', model: 'gemini-3.1-flash-image' }],
      },
    },
  },
  ImageEditSubmission: {
    edit: {
      summary: 'An image edited as the prompt says',
      value: { model: 'openai/gpt-image-2', prompt: 'Make it a sunset', images: [{ image_url: picture }] },
    },
    inpainting: {
      summary: 'A masked edit: the transparent area is made anew',
      value: {
        model: 'openai/gpt-image-2',
        prompt: 'A sun, low above the sea',
        type: 'inpainting',
        images: [picture],
        mask: { image_url: { url: mask } },
      },
    },
  },
  ImageVariationSubmission: {
    variation: { summary: 'Another take', value: { model: 'openai/gpt-image-2', image: picture } },
  },
  ImageEditForm: {
    'edit-form': {
      summary: 'Two images in one',
      value: { model: 'openai/gpt-image-2', prompt: 'Put both on one table', 'image[]': [file, file], n: 2 },
    },
  },
  ImageVariationForm: {
    'variation-form': { summary: 'Another take', value: { model: 'openai/gpt-image-2', image: [file] } },
  },
  FileForm: {
    'file-form': { summary: 'A photograph for edits', value: { purpose: 'vision', file } },
  },
  FileUpload: {
    'file-upload': {
      summary: 'A large photograph, to be uploaded by a form',
      value: { filename: 'lighthouse.jpg', bytes: 18_624_217, content_type: 'image/jpeg' },
    },
  },
  VirtualKeyCreation: {
    'key-creation': {
      summary: 'A key for all models of one provider, and for one model of another',
      value: {
        name: 'web shop',
        providers: { openai: ['*'], bfl: ['flux-2-pro'] },
        rate_limits: [{ requests: 20, period: '1h' }],
        max_open_jobs: 10,
      },
    },
  },
  VirtualKeyChange: {
    'key-change': { summary: 'A higher limit, and no expiry', value: { max_open_jobs: 50, expires_at: null } },
  },
  VirtualKeyRotation: {
    'key-rotation': { summary: 'An hour of overlap to deploy the new credential', value: { overlap_seconds: 3600 } },
  },
} as const satisfies RequestExamples;

interface RequestExamples {
  readonly ImageGenerationSubmission: Examples<ImageGenerationSubmission>;
  readonly ImageEditSubmission: Examples<ImageEditSubmission>;
  readonly ImageVariationSubmission: Examples<ImageVariationSubmission>;
  readonly ImageEditForm: Examples<Form<SubmissionFields['edit']>>;
  readonly ImageVariationForm: Examples<Form<SubmissionFields['variation']>>;
  readonly FileForm: Examples<Pick<FileUploadBody, 'purpose' | 'expires_after'> & { readonly file: string }>;
  readonly FileUpload: Examples<FileUploadBody>;
  readonly VirtualKeyCreation: Examples<VirtualKeyCreation>;
  readonly VirtualKeyChange: Examples<VirtualKeyChange>;
  readonly VirtualKeyRotation: Examples<VirtualKeyRotation>;
}

type Examples<Value> = Readonly<Record<string, Example<ReadonlyDeep<Value>>>>;

/** Examples are constants all through. */
type ReadonlyDeep<Value> = Value extends object ? { readonly [Name in keyof Value]: ReadonlyDeep<Value[Name]> } : Value;
