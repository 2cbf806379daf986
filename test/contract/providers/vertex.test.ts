import { describeProvider } from './provider-suite.ts';

describeProvider({
  name: 'vertex',
  model: 'gemini-3.1-flash-image',
  endpoint: { project: 'simulated-project', location: 'global' },
});
