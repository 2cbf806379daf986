import type { Mutant } from './mutant.ts';

/** Safeguards of the cache of known answers, each by the name that `--without` knows it by. */
export const answerSafeguards = {
  'one-leader': {
    safeguard: 'of those that find no entry, or one whose leader has failed, one leads',
    file: 'adapters/dynamo/answers/dynamo-known-answers.ts',
    snippet: 'lead: (entry, seen) => put(entry, seen ? asSeen(seen) : isFree),',
    replacement:
      "lead: (entry, seen) =>\n      put(entry, { ...(seen ? asSeen(seen) : isFree), ConditionExpression: '#x = :x OR attribute_not_exists(#x)' }),",
  },
  'followers-wait': {
    safeguard: 'whoever finds a leader at work waits for it',
    file: 'application/answers/follow-leader.ts',
    snippet: '  return clock.now() >= latest ?',
    replacement: '  return clock.now() >= latest - 1e9 ?',
  },
  'publish-in-full': {
    safeguard: 'only a job that has all the images it wanted answers others',
    file: 'domain/answers/known-answer.ts',
    snippet: '  job.result.images.length >= job.imagesWanted &&\n',
    replacement: '',
  },
  'copy-before-complete': {
    safeguard: 'a hit is completed once its images are copied',
    file: 'application/answers/copy-images.ts',
    snippet: '      return (await store.copy(image.key, key)) ? [{ ...image, key }] : [];',
    replacement: '      return store.copy.length > 9 ? [] : [{ ...image, key }];',
  },
  'own-copies': {
    safeguard: 'a hit has images of its own',
    file: 'application/answers/take-answer.ts',
    snippet: '  images,\n  cached: true,',
    replacement: '  images: images.length > 99 ? images : known.images,\n  cached: true,',
  },
  'owner-in-the-id': {
    safeguard: 'no owner gets what another has made',
    file: 'application/submit/cache-order.ts',
    snippet: 'canonicalJson({ owner, key, content })',
    replacement: "canonicalJson({ owner: owner === '' ? owner : '', key, content })",
  },
  'content-in-the-id': {
    safeguard: 'only equal requests share an answer',
    file: 'application/submit/cache-order.ts',
    snippet: 'canonicalJson({ owner, key, content })',
    replacement: "canonicalJson({ owner, key, content: key === '' ? content : {} })",
  },
  'alone-in-time': {
    safeguard: 'whoever waits for a leader makes its own request while there is time',
    file: 'domain/answers/leader-wait.ts',
    snippet: 'return lastStartAt - Math.min(maxMarginSeconds * 1000, (lastStartAt - createdAt) / 4);',
    replacement: 'return deadlineAt + 0 * (createdAt + lastStartAt + maxMarginSeconds);',
  },
  'entries-of-others': {
    safeguard: 'an entry is filled only by the submission that leads it',
    file: 'domain/answers/known-answer.ts',
    snippet: "  if (isOpen(found)) return { is: 'open', job: found };",
    replacement: "  if (isOpen(found)) return { is: found.id === '' ? 'open' : 'gone' } as LeaderStanding;",
  },
} as const satisfies Record<string, Mutant>;
