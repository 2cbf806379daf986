import { describeProvider } from './provider-suite.ts';

describeProvider({
  name: 'azure',
  model: 'images-east',
  vendor: { name: 'azure', wire: 'azure', models: ['images-east', 'older.one_2'] },
  endpoint: { deployments: { 'images-east': 'gpt-image-2', 'older.one_2': 'gpt-image-1.5' } },
  imagesIn: (answer) => {
    const { data } = JSON.parse(answer.toString('utf8')) as { data: { b64_json: string }[] };
    return data.map((item) => Buffer.from(item.b64_json, 'base64'));
  },
});
