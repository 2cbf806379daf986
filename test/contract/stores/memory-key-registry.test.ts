import { createMemoryKeyRegistry } from '../../support/memory-key-registry.ts';
import { keyRegistryContract } from './key-registry-contract.ts';

keyRegistryContract('createMemoryKeyRegistry', async () => createMemoryKeyRegistry());
