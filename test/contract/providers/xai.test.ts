import { describeProvider } from './provider-suite.ts';

describeProvider({
  name: 'xai',
  model: 'grok-imagine-image-2.0',
  vendor: { name: 'xai', wire: 'xai' },
  imagesIn: (answer) => {
    const { data } = JSON.parse(answer.toString('utf8')) as { data: { b64_json: string }[] };
    return data.map((item) => Buffer.from(item.b64_json, 'base64'));
  },
});
