import { describe, expect, it } from 'vitest';
import { serviceAccount } from '../../unit/providers/vertex/google.ts';
import { bflReplies } from './replies/bfl.ts';
import { falReplies } from './replies/fal.ts';
import { generateContentReplies } from './replies/generate-content.ts';
import { expectReply, type Replier, type Reply } from './replies/hosted-reply.ts';
import { ideogramReplies } from './replies/ideogram.ts';
import { recraftReplies } from './replies/recraft.ts';
import { replicateReplies } from './replies/replicate.ts';
import { stabilityReplies } from './replies/stability.ts';

const repliers: readonly (Replier & { readonly replies: readonly Reply[] })[] = [
  {
    provider: 'gemini',
    model: 'gemini-3.1-flash-image',
    baseUrl: 'https://generativelanguage.googleapis.com/v1beta',
    replies: generateContentReplies,
  },
  {
    provider: 'vertex',
    model: 'gemini-3.1-flash-image',
    baseUrl: 'https://aiplatform.googleapis.com/v1',
    endpoint: { project: 'some-project', location: 'global' },
    key: serviceAccount(),
    replies: generateContentReplies,
  },
  { provider: 'fal', model: 'fal-ai/flux/dev', baseUrl: 'https://queue.fal.run', replies: falReplies },
  { provider: 'bfl', model: 'flux-2-pro', baseUrl: 'https://api.bfl.ai/v1', replies: bflReplies },
  {
    provider: 'replicate',
    model: 'black-forest-labs/flux-2-pro',
    baseUrl: 'https://api.replicate.com/v1',
    replies: replicateReplies,
  },
  { provider: 'stability', model: 'stable-image-core', baseUrl: 'https://api.stability.ai', replies: stabilityReplies },
  { provider: 'recraft', model: 'recraftv4_1', baseUrl: 'https://external.api.recraft.ai/v1', replies: recraftReplies },
  { provider: 'ideogram', model: 'ideogram-v3', baseUrl: 'https://api.ideogram.ai', replies: ideogramReplies },
];

describe.each(repliers)('replies of $provider that were seen in public', ({ replies, ...replier }) => {
  it('are ten or more', () => {
    expect(replies.length).toBeGreaterThanOrEqual(10);
  });

  it.each(replies)('$name', (reply) => expectReply(replier, reply));
});
