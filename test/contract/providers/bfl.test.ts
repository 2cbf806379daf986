import { describeProvider } from './provider-suite.ts';

describeProvider({ name: 'bfl', rateLimitIs: 'key', model: 'flux-2-pro', tickets: { cancels: false } });
