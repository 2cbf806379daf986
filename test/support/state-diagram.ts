/** An arrow of a Mermaid state diagram. `[*]` is where states begin. */
export interface Arrow {
  readonly from: string;
  readonly to: string;
  readonly label: string;
}

/** The arrows of a diagram's source, in its order. */
export const arrowsOf = (diagram: string): readonly Arrow[] =>
  [...diagram.matchAll(/^ *(\S+) --> (\S+): (.+)$/gm)].map(([, from = '', to = '', label = '']) => ({
    from,
    to,
    label,
  }));
