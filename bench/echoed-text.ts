import { cleanMessage, withoutSecrets } from '../lambda/providers/wire/failures/clean-message.ts';

/** How the time to clean a text that a provider echoes grows with the text. */
export interface EchoFigures {
  readonly name: string;
  /** Of the longer text; the shorter one has half as many. */
  readonly letters: number;
  /** The least that cleaning took in many rounds, of the shorter and of the longer text. */
  readonly milliseconds: readonly [number, number];
  /** Of the longer text to the shorter: 2 where the time grows as the text does, 4 where it grows with its square. */
  readonly ratio: number;
}

const secrets = ['a-secret-that-was-sent'];
const rounds = 40;

/** What is cleaned where, and the most letters that a caller can have echoed there. */
const places = [
  { place: 'a prompt in an answer', letters: 32_000, clean: withoutSecrets },
  { place: "an error's body", letters: 64_000, clean: cleanMessage },
] as const;

/** The first is honest; each other one looks, again and again, like the beginning of what is to be removed. */
const units = ['a quiet meadow, ', 'a-', 'sk-', 'eyJ-', 'a@', 'org-', 'project ', 'arn:aws-', '-----BEGIN '];

/** Measures all of them, in this process. */
export const measureEchoes = (): readonly EchoFigures[] =>
  places.flatMap(({ place, letters, clean }) =>
    units.map((unit) => {
      const [short, long] = [letters / 2, letters].map((length) => textOf(unit, length)) as [string, string];
      const milliseconds = minTimes(clean, short, long);
      const name = `${place}: ${JSON.stringify(unit)}`;
      return { name, letters, milliseconds, ratio: milliseconds[1] / milliseconds[0] };
    }),
  );

const textOf = (unit: string, length: number): string =>
  JSON.stringify({ detail: [{ input: unit.repeat(Math.ceil(length / unit.length)).slice(0, length) }] });

/** In turns, so that whatever else the machine does befalls both. The first rounds compile the patterns. */
function minTimes(clean: typeof cleanMessage, short: string, long: string): readonly [number, number] {
  const least: [number, number] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let round = 0; round < rounds; round += 1) {
    least[0] = Math.min(
      least[0],
      timed(() => clean(short, secrets)),
    );
    least[1] = Math.min(
      least[1],
      timed(() => clean(long, secrets)),
    );
  }
  return least;
}

function timed(work: () => unknown): number {
  const startedAt = performance.now();
  work();
  return performance.now() - startedAt;
}
