import { describeProvider } from './provider-suite.ts';

describeProvider({
  name: 'stability',
  rateLimitIs: 'key',
  model: 'sd3.5-large',
  answersWithBytes: true,
  refusesFree: true,
});
