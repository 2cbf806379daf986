import { GetQueueAttributesCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSqsBacklog } from '../../../lambda/adapters/sqs/sqs-backlog.ts';
import { createSqsJobQueue } from '../../../lambda/adapters/sqs/sqs-job-queue.ts';
import { startObjectsAndQueues, type TestObjectsAndQueues } from '../../support/emulators.ts';

const jobId = '3f2f6a52-1111-4a5b-8c3d-000000000001';
let emulators: TestObjectsAndQueues;
beforeAll(async () => {
  emulators = await startObjectsAndQueues();
});
afterAll(() => emulators.close());

describe('createSqsBacklog', () => {
  it('counts in each queue what could be received: nothing that is hidden or delayed', async () => {
    const queueUrls = {
      shared: await emulators.createQueue('backlog-shared'),
      alone: await emulators.createQueue('backlog-alone'),
    };
    const queue = createSqsJobQueue(emulators.sqs, { queueUrls });
    const backlog = createSqsBacklog(emulators.sqs, { queueUrls });
    for (const delaySeconds of [0, 0, 0, 900]) {
      await queue.send({ jobId, hop: 0 }, { owner: 'vk_1', lane: 'shared' }, delaySeconds);
    }
    await emulators.sqs.send(new ReceiveMessageCommand({ QueueUrl: queueUrls.shared }));
    expect(await backlog.waiting('shared')).toBe(2);
    expect(await backlog.waiting('alone')).toBe(0);
  });

  it.each([[undefined], [{}], [{ ApproximateNumberOfMessages: 'many' }]])(
    'throws where the queue answers %o',
    async (Attributes) => {
      const client = emulators.newSqsClient();
      client.middlewareStack.add(
        (next, context) => async (args) => {
          if (context.commandName !== GetQueueAttributesCommand.name) return next(args);
          return { output: { $metadata: {}, Attributes }, response: {} };
        },
        { step: 'initialize', name: 'sayNothing' },
      );
      const backlog = createSqsBacklog(client, { queueUrls: { shared: 'https://queue', alone: 'https://queue' } });
      await expect(backlog.waiting('shared')).rejects.toThrow('returned no message count');
    },
  );

  it('throws where there is no such queue', async () => {
    const queueUrl = (await emulators.createQueue('backlog-other')).replace('backlog-other', 'no-such-queue');
    const backlog = createSqsBacklog(emulators.sqs, { queueUrls: { shared: queueUrl, alone: queueUrl } });
    await expect(backlog.waiting('alone')).rejects.toThrow();
  });
});
