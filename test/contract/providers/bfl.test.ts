import { describeProvider } from './provider-suite.ts';
import { describeTickets } from './ticket-suite.ts';

describeProvider({
  name: 'bfl',
  model: 'flux-2-pro',
  vendor: { name: 'bfl', wire: 'bfl' },
  async imagesIn(answer) {
    const { result } = JSON.parse(answer.toString('utf8')) as { result: { sample: string } };
    const image = await fetch(result.sample);
    return [Buffer.from(await image.arrayBuffer())];
  },
});

describeTickets({ name: 'bfl', model: 'flux-2-pro', wire: 'bfl', cancels: false });
