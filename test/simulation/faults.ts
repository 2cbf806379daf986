import { between, type Draw } from './draws.ts';

/** What may befall a call to the outside. */
export const faults = [
  /** It takes seconds instead of milliseconds. */
  'slow',
  /** The store says no, and has done nothing. */
  'refused',
  /** It was done, but its answer never comes. */
  'answer_lost',
  /** It is given up, and done a while after that. */
  'late',
  'killed_before',
  'killed_after',
  /** Its function stands still for longer than a lease, and goes on. */
  'frozen',
] as const;
export type CallFault = (typeof faults)[number];

/** What may befall a message on its way. */
export const messageFaults = ['lost', 'late', 'doubled'] as const;
export type MessageFault = (typeof messageFaults)[number];

/** How hard a world is on those who live in it: how likely each fault is, in thousandths of the calls. */
export interface Weather {
  readonly name: string;
  readonly calls: Readonly<Record<CallFault, number>>;
  /** The same of calls that move an image: whoever does is at it for long, and is caught there most. */
  readonly moves: Readonly<Record<CallFault, number>>;
  readonly messages: Readonly<Record<MessageFault, number>>;
  /** Faults that one job meets at the most, so that it has a chance to end. */
  readonly maxFaultsPerJob: number;
  /** Seconds by which the index of open jobs is behind, at the most. */
  readonly indexLagSeconds: number;
}

const none = { slow: 0, refused: 0, answer_lost: 0, late: 0, killed_before: 0, killed_after: 0, frozen: 0 };

/** The weathers, each as often as its weight says. */
export const weathers: readonly (readonly [number, Weather])[] = [
  [1, weather('calm', none, { lost: 0, late: 0, doubled: 0 }, 0, 1)],
  [2, weather('lost wake-ups', { ...none, slow: 4 }, { lost: 60, late: 60, doubled: 40 }, 4, 5)],
  [
    2,
    weather(
      'crashes',
      { ...none, slow: 2, killed_before: 6, killed_after: 8 },
      { lost: 4, late: 8, doubled: 20 },
      3,
      5,
    ),
  ],
  [2, weather('standstills', { ...none, slow: 6, frozen: 9 }, { lost: 2, late: 4, doubled: 60 }, 3, 5)],
  [
    2,
    weather(
      'weak stores',
      { ...none, slow: 8, refused: 16, answer_lost: 12, late: 6 },
      { lost: 2, late: 4, doubled: 8 },
      5,
      30,
    ),
  ],
  [
    3,
    weather(
      'storm',
      { slow: 4, refused: 5, answer_lost: 5, late: 3, killed_before: 2, killed_after: 3, frozen: 3 },
      { lost: 10, late: 20, doubled: 40 },
      5,
      10,
    ),
  ],
];

function weather(
  name: string,
  calls: Weather['calls'],
  messages: Weather['messages'],
  maxFaultsPerJob: number,
  indexLagSeconds: number,
): Weather {
  return { name, calls, moves: { ...calls, frozen: 4 * calls.frozen }, messages, maxFaultsPerJob, indexLagSeconds };
}

/** Draws what befalls a call. */
export const drawFault = (draw: Draw, { calls, moves }: Weather, movesImages: boolean): CallFault | 'fine' =>
  drawOne(draw, oddsOf(movesImages ? moves : calls));

/** Draws what befalls a message. */
export const drawMessageFault = (draw: Draw, { messages }: Weather): MessageFault | 'fine' =>
  drawOne(draw, oddsOf(messages));

interface Odds {
  readonly names: readonly string[];
  /** Up to which thousandth each name is drawn. */
  readonly upTo: readonly number[];
}

const known = new WeakMap<object, Odds>();

/** Worked out once for each weather: this is asked with every call. */
function oddsOf(thousandths: Readonly<Record<string, number>>): Odds {
  const before = known.get(thousandths);
  if (before) return before;
  let sum = 0;
  const upTo = Object.values(thousandths).map((each) => (sum += each));
  const odds = { names: Object.keys(thousandths), upTo };
  known.set(thousandths, odds);
  return odds;
}

function drawOne<Name extends string>(draw: Draw, { names, upTo }: Odds): Name | 'fine' {
  const drawn = draw() * 1000;
  const at = upTo.findIndex((end) => drawn < end);
  return at < 0 ? 'fine' : (names[at] as Name);
}

/** How long a call takes, in milliseconds. */
export const drawLatency = (draw: Draw, fault: CallFault | 'fine'): number =>
  fault === 'slow' ? between(draw, 500, 6000) : between(draw, 2, 40);
