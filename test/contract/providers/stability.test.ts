import { describeProvider } from './provider-suite.ts';

describeProvider({ name: 'stability', model: 'sd3.5-large', answersWithBytes: true });
