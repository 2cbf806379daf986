import { azure } from './azure.ts';
import { bedrock } from './bedrock.ts';
import { bfl } from './bfl.ts';
import { fal } from './fal.ts';
import { falRun } from './fal-run.ts';
import { gemini } from './gemini.ts';
import { ideogram } from './ideogram.ts';
import { openai } from './openai.ts';
import { openaiClassic } from './openai-classic.ts';
import { recraft } from './recraft.ts';
import { replicate } from './replicate.ts';
import { stability } from './stability.ts';
import { together } from './together.ts';
import type { VendorWire } from './vendor-wire.ts';
import { vertex } from './vertex.ts';
import { xai } from './xai.ts';

/** Every wire format of the simulator. A new one is added here. */
export const wires: readonly VendorWire[] = [
  openai,
  openaiClassic,
  xai,
  gemini,
  bfl,
  azure,
  fal,
  falRun,
  together,
  stability,
  bedrock,
  recraft,
  vertex,
  replicate,
  ideogram,
];

/** Finds a wire format by name. Throws for one that isn't there, since that is a mistake in the profile. */
export function wireByName(name: string): VendorWire {
  const wire = wires.find((one) => one.name === name);
  if (wire !== undefined) return wire;
  throw new TypeError(`No wire format is called '${name}'; there are ${wires.map((one) => one.name).join(', ')}.`);
}
