/** Millionths of a US dollar, as an integer, so that sums are exact. */
export type Micros = number;

const microsPerUsd = 1_000_000;

/** The nearest whole number of micro-dollars. */
export const microsOf = (usd: number): Micros => Math.round(usd * microsPerUsd);

/** At least that much: micro-dollars rounded up, but for what is only the error of a binary fraction. */
export const microsAbove = (usd: number): Micros => Math.ceil(Number((usd * microsPerUsd).toFixed(3)));

/** US dollars, as the contract shows them. */
export const usdOf = (micros: Micros): number => micros / microsPerUsd;

/** No provider request costs more than this, in micro-dollars: $1,000. A higher figure is misread. */
const maxCost = 1_000_000_000;

/** Whether a figure, in micro-dollars, can be the cost of one provider request. */
export const isCost = (micros: Micros): boolean => Number.isSafeInteger(micros) && micros >= 0 && micros <= maxCost;
