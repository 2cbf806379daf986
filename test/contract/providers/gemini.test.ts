import { describeProvider } from './provider-suite.ts';

describeProvider({ name: 'gemini', model: 'gemini-3.1-flash-image' });
