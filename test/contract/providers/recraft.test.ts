import { describeProvider } from './provider-suite.ts';

describeProvider({ name: 'recraft', rateLimitIs: 'key', model: 'recraftv3', answersWithAddresses: true });
