import { createMemoryJobStore } from '../../support/memory-job-store.ts';
import { jobStoreContract } from './job-store-contract.ts';

jobStoreContract('createMemoryJobStore', async () => {
  const store = createMemoryJobStore();
  return { store, fieldsOf: async (id) => store.record(id) && { ...store.record(id) } };
});
