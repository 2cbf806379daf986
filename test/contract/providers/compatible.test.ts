import { describeProvider } from './provider-suite.ts';

describeProvider({
  name: 'studio',
  model: 'studio-1',
  vendor: { name: 'studio', wire: 'openai-classic', models: ['studio-1'] },
  server: { models: [{ model: 'studio-1' }], responseFormat: 'b64_json' },
  size: '512x512',
  imagesIn: (answer) => {
    const { data } = JSON.parse(answer.toString('utf8')) as { data: { b64_json: string }[] };
    return data.map((item) => Buffer.from(item.b64_json, 'base64'));
  },
});
