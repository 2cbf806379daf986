import { describeProvider } from './provider-suite.ts';

describeProvider({ name: 'together', model: 'black-forest-labs/FLUX.2-pro' });
