import type { JsonValue } from '../lambda/domain/generation.ts';
import { periods } from '../lambda/domain/keys/key-limits.ts';

/** How the options write one limit, by what it counts. */
export const limitForms = {
  requests: 'REQUESTS/PERIOD, such as 20/1h',
  usd: 'USD/PERIOD, such as 50/1d: above 0, with at most six decimals',
} as const;

/** The rates that `--rate` gives: null for the stage's. Throws a sentence for another form. */
export function ratesFrom(texts: readonly string[] | undefined): JsonValue | undefined {
  if (texts === undefined) return undefined;
  const [word] = texts;
  if (texts.length === 1 && word === 'none') return [];
  if (texts.length === 1 && word === 'stage') return null;
  return oncePerPeriod('--rate gives two rates', texts.map(rateFrom));
}

/** The budgets that `--budget` gives. Throws a sentence for another form. */
export function budgetsFrom(texts: readonly string[] | undefined): JsonValue | undefined {
  if (texts === undefined) return undefined;
  const [word] = texts;
  if (texts.length === 1 && word === 'none') return [];
  return oncePerPeriod('--budget gives two budgets', texts.map(budgetFrom));
}

function rateFrom(text: string): { requests: number; period: string } {
  const [, requests, period = ''] = /^(\d+)\/(\w+)$/.exec(text) ?? [];
  if (requests === undefined) {
    throw new Error('--rate takes REQUESTS/PERIOD, such as 20/1h, and may be repeated; or none, or stage, alone.');
  }
  checkPeriod(`--rate ${text}`, period, requests);
  return { requests: Number(requests), period };
}

function budgetFrom(text: string): { usd: number; period: string } {
  const [, usd, period = ''] = /^(-?\d+(?:\.\d+)?)\/(\w+)$/.exec(text) ?? [];
  if (usd === undefined) {
    throw new Error(
      '--budget takes USD/PERIOD, such as 50/1d, and may be repeated; or none, alone, to remove all budgets.',
    );
  }
  checkPeriod(`--budget ${text}`, period, usd);
  return { usd: Number(usd), period };
}

function checkPeriod(option: string, period: string, count: string): void {
  const known: readonly string[] = periods;
  if (known.includes(period)) return;
  throw new Error(`${option}: ${period} is not a period. Choose from ${periods.join(', ')}, as in ${count}/1m.`);
}

function oncePerPeriod<Limit extends { readonly period: string }>(fault: string, all: Limit[]): Limit[] {
  const twice = all.find(({ period }, at) => all.findIndex((each) => each.period === period) < at);
  if (twice) throw new Error(`${fault} for ${twice.period}: give one per period.`);
  return all;
}
