import { describeProvider } from './provider-suite.ts';

describeProvider({ name: 'openai', model: 'gpt-image-2' }, ['gpt-image-2.6-sunburst']);
