import { fileIdPrefix } from '../../domain/files/stored-file.ts';
import { keyIdPrefix } from '../../domain/keys/virtual-key.ts';

/** The ids that all examples share. */
export const exampleIds = {
  job: '22c8e800-2a41-4811-acf6-97273d3a13fb',
  earlierJob: '0d9c2f64-1b7e-4a52-8c0e-7f3b6a412d10',
  answer: '5b0f1c9a-3d57-8e21-9c44-0a7d6e2f8b13',
  request: '7f0c2f64-5d0b-4d0e-9d0a-3f1c2b4a5e6f',
  key: `${keyIdPrefix}8c0e9a52-7a5e-4d7e-8f0c-0d9c2f3b6a41`,
  file: `${fileIdPrefix}019aa2f3c1d55e0f4b7a9c2d8e6f1a3b`,
  model: 'openai/gpt-image-2',
} as const;

/** The times of the job in all examples. */
export const createdAt = '2026-11-20T19:07:26.501Z';
export const completedAt = '2026-11-20T19:07:41.377Z';
