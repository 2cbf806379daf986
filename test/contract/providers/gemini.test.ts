import { generateContentImages } from './generate-content-images.ts';
import { describeProvider } from './provider-suite.ts';

describeProvider({
  name: 'gemini',
  model: 'gemini-3.1-flash-image',
  vendor: { name: 'gemini', wire: 'gemini' },
  imagesIn: generateContentImages,
});
