import { describeProvider } from './provider-suite.ts';
import { describeTickets } from './ticket-suite.ts';

describeProvider({
  name: 'replicate',
  model: 'black-forest-labs/flux-2-pro',
  vendor: { name: 'replicate', wire: 'replicate' },
  successStatus: 201,
  async imagesIn(answer) {
    const { output } = JSON.parse(answer.toString('utf8')) as { output: string };
    return [Buffer.from(await (await fetch(output)).arrayBuffer())];
  },
});

describeTickets({ name: 'replicate', model: 'black-forest-labs/flux-2-pro', wire: 'replicate', cancels: true });
