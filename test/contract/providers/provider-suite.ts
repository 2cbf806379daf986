import { describe } from 'vitest';
import { promiseFailures } from './failure-promises.ts';
import { promiseImages } from './making-promises.ts';
import { promisePartialImages } from './partial-promises.ts';
import { promisePlacedEdits } from './placed-edit-promises.ts';
import { createFixture, type ProviderSubject } from './provider-fixture.ts';
import { promiseRecords } from './record-promises.ts';
import { describeTickets } from './ticket-suite.ts';

/** What every adapter promises, tried by HTTP against the vendor simulator. A new provider is one more call of this. */
export function describeProvider(subject: ProviderSubject): void {
  describe(`the provider ${subject.name}`, () => {
    const fixture = createFixture(subject);
    promiseImages(fixture);
    promiseFailures(fixture);
    promiseRecords(fixture);
    promisePlacedEdits(fixture);
    promisePartialImages(fixture);
  });
  if (subject.tickets) describeTickets(subject, subject.tickets);
}
