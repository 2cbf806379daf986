import { describeProvider } from './provider-suite.ts';

describeProvider({
  name: 'bedrock',
  model: 'stability.sd3-5-large-v1:0',
  endpoint: { region: 'us-west-2' },
});
