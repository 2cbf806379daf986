import { describeProvider } from './provider-suite.ts';

describeProvider({
  name: 'replicate',
  rateLimitIs: 'key',
  model: 'black-forest-labs/flux-2-pro',
  successStatus: 201,
  tickets: { cancels: true },
});
