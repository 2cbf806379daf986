import { describeProvider } from './provider-suite.ts';

describeProvider({
  name: 'recraft',
  model: 'recraftv3',
  vendor: { name: 'recraft', wire: 'recraft' },
  async imagesIn(answer) {
    const { data } = JSON.parse(answer.toString('utf8')) as { data: { url: string }[] };
    return Promise.all(data.map(async ({ url }) => Buffer.from(await (await fetch(url)).arrayBuffer())));
  },
});
