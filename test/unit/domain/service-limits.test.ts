import { describe, expect, it } from 'vitest';
import { limits } from '../../../lambda/contract/limits.ts';
import { presignedSeconds } from '../../../lambda/domain/images/image-link.ts';
import { itemLimits } from '../../../lambda/domain/jobs/item-limits.ts';
import {
  dynamoLimits,
  gatewayLimits,
  lambdaLimits,
  s3Limits,
  sqsLimits,
} from '../../../lambda/domain/service-limits.ts';
import { maxStreamedBytes } from '../../../lambda/http/answer/job-body.ts';
import { stageDefaults } from '../../../lib/stage-defaults.ts';
import { settingRanges } from '../../../lib/stage-rules.ts';
import { maximumPayloadBytes, maximumStreamedBytes } from '../../../local/function-host/thread-messages.ts';

/** What API Gateway's envelope of an event may have: headers of 10 KB, path and context. */
const envelopeBytes = 64 * 1024;

describe('the limits of services', () => {
  it('leave room for the largest direct body, in base64, and for the largest answer', () => {
    const event = 4 * Math.ceil(limits.bodyBytes / 3) + envelopeBytes;
    expect(event).toBeLessThan(lambdaLimits.payloadBytes);
    expect(limits.bodyBytes).toBeLessThan(gatewayLimits.requestBytes);
    expect(maxStreamedBytes).toBeLessThan(lambdaLimits.streamedBytes);
    expect(maxStreamedBytes / lambdaLimits.streamedBytesPerSecond).toBeLessThan(gatewayLimits.streamedIdleSeconds);
  });

  it('leave room for the longest answers', () => {
    expect(limits.submitWaitSeconds).toBeLessThan(limits.waitSeconds);
    expect(limits.waitSeconds).toBeLessThan(gatewayLimits.bufferedSeconds);
    expect(limits.synchronousSeconds).toBeLessThan(gatewayLimits.streamedIdleSeconds);
    expect(gatewayLimits.streamedIdleSeconds).toBeLessThan(gatewayLimits.streamedSeconds);
  });

  it('leave room for the largest files, and for what is presigned', () => {
    expect(limits.fileBytes).toBeLessThan(s3Limits.uploadBytes);
    expect(limits.fileBytes).toBeLessThan(s3Limits.copyBytes);
    expect(limits.fileBytes / s3Limits.minPartBytes).toBeLessThan(s3Limits.parts);
    expect(presignedSeconds).toBeLessThan(s3Limits.presignedSeconds);
    expect(limits.uploadSeconds).toBeLessThan(s3Limits.presignedSeconds);
    expect(limits.files).toBeLessThan(s3Limits.keysPerDeletion);
  });

  it('leave room for a full job, and for the longest deadline of its wake-ups', () => {
    expect(itemLimits.itemBytes).toBeLessThan(dynamoLimits.itemBytes / 4);
    expect(itemLimits.itemBytes).toBeLessThan(dynamoLimits.pageBytes);
    expect(stageDefaults.deadlineSeconds).toBeLessThan(sqsLimits.retentionSeconds);
    expect(sqsLimits.delaySeconds).toBeLessThan(sqsLimits.visibilitySeconds);
  });

  it('bound the settings that they are the reason for', () => {
    expect(settingRanges).toMatchObject({
      processJobTimeoutSeconds: [1, 900],
      modelTimeoutSeconds: [1, 900],
      processJobMemoryMegabytes: [128, 10_240],
      maximumConcurrency: [2, 1000],
      slowConcurrency: [2, 1000],
      jobsPerInvocation: [1, 10],
    });
    expect(stageDefaults.accountConcurrency).toBe(lambdaLimits.accountConcurrency);
  });

  it('are played as they are by the local runner', () => {
    expect(maximumPayloadBytes).toBe(lambdaLimits.payloadBytes);
    expect(maximumStreamedBytes).toBe(lambdaLimits.streamedBytes);
  });
});
