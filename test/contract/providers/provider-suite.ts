import { describe } from 'vitest';
import { promiseFailures } from './failure-promises.ts';
import { promiseImages, promiseImagesOfAllModels } from './making-promises.ts';
import { promisePartialImages } from './partial-promises.ts';
import { promisePlacedEdits } from './placed-edit-promises.ts';
import { createFixture, type ProviderSubject } from './provider-fixture.ts';
import { promiseRecords } from './record-promises.ts';
import { describeTickets } from './ticket-suite.ts';

/**
 * What every adapter promises, tried by HTTP against the vendor simulator. A new provider is one more call of this. What is
 * promised of each model of its catalogue is tried once; the rest by the subject's model, and by `otherModels` too.
 */
export function describeProvider(subject: ProviderSubject, otherModels: readonly string[] = []): void {
  describe(`the provider ${subject.name}`, () => {
    const fixture = createFixture(subject);
    promiseImagesOfAllModels(fixture);
    promisePlacedEdits(fixture);
  });
  describe.each([subject.model, ...otherModels])(`the provider ${subject.name}, by %s`, (model) => {
    const fixture = createFixture({ ...subject, model });
    promiseImages(fixture);
    promiseFailures(fixture);
    promiseRecords(fixture);
    promisePartialImages(fixture);
  });
  if (subject.tickets) describeTickets(subject, subject.tickets);
}
