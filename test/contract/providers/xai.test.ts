import { describeProvider } from './provider-suite.ts';

describeProvider({ name: 'xai', model: 'grok-imagine-image-2.0' });
