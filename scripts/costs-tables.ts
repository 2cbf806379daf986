import {
  type CostPart,
  extraCosts,
  jobCosts,
  providerSeconds,
  synchronousCosts,
  synchronousSecondUsd,
  totals,
} from './costs.ts';
import { markdownTable } from './markdown-table.ts';
import type { PageParts } from './page-parts.ts';

const amount = (usd: number): string => usd.toLocaleString('en-US');

const table = (parts: readonly CostPart[]): string =>
  markdownTable(
    ['part', 'USD', 'how'],
    parts.map(({ part, usd, to, how }) => [
      part,
      to === undefined ? amount(usd) : `${amount(usd)} to ${amount(to)}`,
      how,
    ]),
  );

const totalsTable = (): string =>
  markdownTable(
    ['model', 'asynchronous, USD', 'synchronous, USD'],
    (Object.keys(providerSeconds) as (keyof typeof providerSeconds)[]).map((model) => {
      const { asynchronous, synchronous } = totals(model);
      return [`${model}: ${providerSeconds[model]} s of the provider`, amount(asynchronous), amount(synchronous)];
    }),
  );

/** The tables of `docs/costs.md`. */
export const costsTables = (): PageParts => ({
  jobs: table(jobCosts()),
  synchronous: table(synchronousCosts(providerSeconds.slow)),
  extras: table(extraCosts()),
  totals: `${totalsTable()}

Each second of waiting costs ${synchronousSecondUsd()} USD per million synchronous requests.`,
});
