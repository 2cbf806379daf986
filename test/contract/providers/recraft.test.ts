import { describeProvider } from './provider-suite.ts';

describeProvider({ name: 'recraft', model: 'recraftv3' });
