import { describeProvider } from './provider-suite.ts';

describeProvider({
  name: 'studio',
  model: 'studio-1',
  vendor: { name: 'studio', wire: 'openai-classic', models: ['studio-1'] },
  server: { models: [{ model: 'studio-1' }], responseFormat: 'b64_json' },
  size: '512x512',
});
