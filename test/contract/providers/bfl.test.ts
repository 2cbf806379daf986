import { describeProvider } from './provider-suite.ts';

describeProvider({ name: 'bfl', model: 'flux-2-pro', tickets: { cancels: false } });
