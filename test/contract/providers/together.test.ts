import { describeProvider } from './provider-suite.ts';

describeProvider({
  name: 'together',
  model: 'black-forest-labs/FLUX.2-pro',
  vendor: { name: 'together', wire: 'together' },
  imagesIn: (answer) => {
    const { data } = JSON.parse(answer.toString('utf8')) as { data: { b64_json: string }[] };
    return data.map((item) => Buffer.from(item.b64_json, 'base64'));
  },
});
