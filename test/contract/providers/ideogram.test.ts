import { describeProvider } from './provider-suite.ts';

describeProvider({ name: 'ideogram', model: 'ideogram-v3' });
