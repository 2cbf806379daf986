import { describe } from 'vitest';
import { promisePainting } from './painting-promises.ts';
import { createBench, type ProviderSubject } from './provider-bench.ts';
import { describeProvider } from './provider-suite.ts';

const subject: ProviderSubject = {
  name: 'stability',
  model: 'sd3.5-large',
  vendor: { name: 'stability', wire: 'stability' },
  answersWithBytes: true,
  imagesIn: (answer) => [answer],
};

describeProvider(subject);

describe('the painting of stability', () => promisePainting(createBench(subject)));
