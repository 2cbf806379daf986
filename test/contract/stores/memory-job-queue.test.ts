import { createMemoryJobQueue } from '../../support/memory-job-queue.ts';
import { jobQueueContract } from './job-queue-contract.ts';

jobQueueContract('createMemoryJobQueue', async () => {
  const queue = createMemoryJobQueue();
  return { queue, sent: async () => queue.take() };
});
