import { describeProvider } from './provider-suite.ts';
import { describeTickets } from './ticket-suite.ts';

describeProvider({
  name: 'fal',
  model: 'fal-ai/flux-2-pro',
  vendor: { name: 'fal', wire: 'fal' },
  async imagesIn(answer) {
    const { images } = JSON.parse(answer.toString('utf8')) as { images: { url: string }[] };
    return Promise.all(images.map(async ({ url }) => Buffer.from(await (await fetch(url)).arrayBuffer())));
  },
});

describeTickets({ name: 'fal', model: 'fal-ai/flux-2-pro', wire: 'fal', cancels: true });
