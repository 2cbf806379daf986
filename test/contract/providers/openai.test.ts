import { describeProvider } from './provider-suite.ts';

describeProvider({
  name: 'openai',
  model: 'gpt-image-2',
  vendor: { name: 'openai', wire: 'openai' },
  imagesIn: (answer) => {
    const { data } = JSON.parse(answer.toString('utf8')) as { data: { b64_json: string }[] };
    return data.map((item) => Buffer.from(item.b64_json, 'base64'));
  },
});
