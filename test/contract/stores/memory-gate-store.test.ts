import { createMemoryGateStore } from '../../support/memory-gate-store.ts';
import { gateStoreContract } from './gate-store-contract.ts';

gateStoreContract('createMemoryGateStore', async () => createMemoryGateStore());
