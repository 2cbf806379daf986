import { describeProvider } from './provider-suite.ts';

describeProvider({ name: 'ideogram', rateLimitIs: 'key', model: 'ideogram-v3', answersWithAddresses: true });
