import { generateContentImages } from './generate-content-images.ts';
import { describeProvider } from './provider-suite.ts';

describeProvider({
  name: 'vertex',
  model: 'gemini-3.1-flash-image',
  vendor: { name: 'vertex', wire: 'vertex' },
  endpoint: { project: 'simulated-project', location: 'global' },
  imagesIn: generateContentImages,
});
