import type { Evidence } from '../evidence.ts';
import { clientsSeeOneStory, deletedIsGone } from './answers.ts';
import type { Check, Violation } from './check.ts';
import {
  endIsFinal,
  endsInTime,
  itemStaysSmall,
  ledgerIsClosed,
  ledgerOnlyGrows,
  nothingLost,
  statesGoForward,
} from './endings.ts';
import { imagesAreThere, lifecycleKnowsAll } from './images.ts';
import { logsAreClean } from './logs.ts';
import {
  chargesAreRecorded,
  noStrayRequests,
  requestsAreRecorded,
  storedIsNotPaidAgain,
  unknownOnce,
} from './money.ts';
import { calmIsCalm, chainsDontMultiply, queueEmpties } from './wake-ups.ts';

/** Every promise that a run is held against. */
export const allChecks: readonly Check[] = [
  nothingLost,
  endsInTime,
  statesGoForward,
  endIsFinal,
  ledgerOnlyGrows,
  ledgerIsClosed,
  itemStaysSmall,
  imagesAreThere,
  lifecycleKnowsAll,
  chargesAreRecorded,
  requestsAreRecorded,
  noStrayRequests,
  unknownOnce,
  storedIsNotPaidAgain,
  clientsSeeOneStory,
  deletedIsGone,
  chainsDontMultiply,
  calmIsCalm,
  queueEmpties,
  logsAreClean,
];

export const violationsOf = (evidence: Evidence): readonly Violation[] =>
  allChecks.flatMap(({ name, find }) => find(evidence).map((what) => ({ check: name, what })));
