interface Answer {
  readonly candidates: readonly { readonly content: { readonly parts: readonly Part[] } }[];
}

interface Part {
  readonly inlineData?: { readonly data: string };
}

/** The pictures in an answer of Google's `generateContent`. */
export function generateContentImages(answer: Buffer): readonly Buffer[] {
  const { candidates } = JSON.parse(answer.toString('utf8')) as Answer;
  const data = candidates.flatMap(({ content }) => content.parts.flatMap((part) => part.inlineData?.data ?? []));
  return data.map((text) => Buffer.from(text, 'base64'));
}
