import { describeProvider } from './provider-suite.ts';

describeProvider({
  name: 'stability',
  model: 'sd3.5-large',
  vendor: { name: 'stability', wire: 'stability' },
  answersWithBytes: true,
  imagesIn: (answer) => [answer],
});
