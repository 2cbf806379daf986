import { describeProvider } from './provider-suite.ts';

describeProvider({ name: 'fal', rateLimitIs: 'key', model: 'fal-ai/flux-2-pro', tickets: { cancels: true } });
