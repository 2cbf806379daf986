import { describeProvider } from './provider-suite.ts';

describeProvider({ name: 'openai', model: 'gpt-image-2' });
