import { createMemoryImageStore } from '../../support/memory-image-store.ts';
import { imageStoreContract } from './image-store-contract.ts';

imageStoreContract('createMemoryImageStore', async () => {
  const store = createMemoryImageStore();
  return {
    store,
    contentTypes: async () => Object.fromEntries([...store.objects].map(([key, object]) => [key, object.contentType])),
    unfinishedUploads: async () => 0,
  };
});
