import { describeProvider } from './provider-suite.ts';

describeProvider({
  name: 'azure',
  model: 'images-east',
  vendor: { name: 'azure', wire: 'azure', models: ['images-east', 'older.one_2'] },
  endpoint: { deployments: { 'images-east': 'gpt-image-2', 'older.one_2': 'gpt-image-1.5' } },
});
