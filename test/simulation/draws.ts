/** Chance that follows from numbers alone: the same on any machine, and whatever else was drawn before. */
export type Draw = () => number;

/** Mixes whole numbers into one of 32 bits (the finalizer of MurmurHash3, over each in turn). */
export function mix(...parts: readonly number[]): number {
  let hash = 0x9e3779b9;
  for (const part of parts) {
    hash = Math.imul(hash ^ (part | 0), 0x85ebca6b);
    hash ^= hash >>> 13;
    hash = Math.imul(hash, 0xc2b2ae35);
    hash ^= hash >>> 16;
  }
  return hash >>> 0;
}

/** Draws from 0 up to 1, one after another, from a seed (Mulberry32). */
export function drawsFrom(seed: number): Draw {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** One of the items, each as likely as its weight says. */
export function pick<Item>(draw: Draw, weighted: readonly (readonly [weight: number, item: Item])[]): Item {
  let rest = draw() * weighted.reduce((sum, [weight]) => sum + weight, 0);
  for (const [weight, item] of weighted) {
    rest -= weight;
    if (rest < 0) return item;
  }
  return (weighted.at(-1) as readonly [number, Item])[1];
}

/** A number between two, every one as likely. */
export const between = (draw: Draw, min: number, max: number): number => min + draw() * (max - min);

/** The 32 bits of a text or of bytes (FNV-1a): for ids and digests that only have to differ. */
export function hashOf(content: string | Uint8Array): number {
  let hash = 0x811c9dc5;
  const isText = typeof content === 'string';
  for (let at = 0; at < content.length; at += 1) {
    hash = Math.imul(hash ^ (isText ? content.charCodeAt(at) : (content[at] as number)), 0x01000193);
  }
  return hash >>> 0;
}

const hex = (value: number): string => (value >>> 0).toString(16).padStart(8, '0');

/** 64 hexadecimal digits that differ where the contents do. */
export function digestOf(content: string | Uint8Array): string {
  const hash = hashOf(content);
  let digest = '';
  for (let at = 0; at < 8; at += 1) digest += hex(mix(hash, at, content.length));
  return digest;
}

/** A UUID of two numbers: the first can be read off its head. */
export const uuidOf = (head: number, tail: number): string => `${hex(head)}-0000-4000-8000-${hex(tail)}0000`;
