import { inputClassPrefix, resultClassPrefix, retentionClasses } from '../../../lambda/domain/jobs/retention.ts';
import { type Check, eachJob } from './check.ts';

export const imagesAreThere = eachJob('completed means that every image is there', ({ history, row, images }) => {
  // A DELETE that failed half-way said so: the job is there to be deleted again, its objects need not be.
  const isHalfDeleted = history.plan.deleteAfterSeconds !== undefined && !history.deleted;
  if (row?.status !== 'completed' || isHalfDeleted) return [];
  const { images: shown = [], warnings = [] } = row.result ?? {};
  const inPart = warnings.some(({ code }) => code === 'images_missing');
  return [
    shown.length === 0 && 'it has no image',
    shown.length !== history.plan.n &&
      !inPart &&
      `it has ${shown.length} of ${history.plan.n} images, and says nothing`,
    ...shown.map(({ key, type, width, height, bytes }) => {
      const found = images.get(key);
      if (found === undefined) return `${key} can't be read`;
      const isSame =
        [found.type, found.width, found.height, found.bytes].join() === [type, width, height, bytes].join();
      return !isSame && `${key} is not what the job says it is`;
    }),
  ];
});

const classes = retentionClasses.flatMap((days) => [inputClassPrefix(days), resultClassPrefix(days)]);

export const lifecycleKnowsAll: Check = {
  name: 'no object that lifecycle would not expire',
  find: ({ objectKeys }) => objectKeys.filter((key) => !classes.some((prefix) => key.startsWith(prefix))),
};
