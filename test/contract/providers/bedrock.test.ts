import { describe } from 'vitest';
import { promisePainting } from './painting-promises.ts';
import { createBench, type ProviderSubject } from './provider-bench.ts';
import { describeProvider } from './provider-suite.ts';

const subject: ProviderSubject = {
  name: 'bedrock',
  model: 'stability.sd3-5-large-v1:0',
  vendor: { name: 'bedrock', wire: 'bedrock' },
  endpoint: { region: 'us-west-2' },
  imagesIn: (answer) => {
    const { images } = JSON.parse(answer.toString('utf8')) as { images: string[] };
    return images.map((image) => Buffer.from(image, 'base64'));
  },
};

describeProvider(subject);

describe('the painting of bedrock', () => promisePainting(createBench(subject)));
