import { describeProvider } from './provider-suite.ts';

interface Answer {
  readonly candidates: readonly { readonly content: { readonly parts: readonly Part[] } }[];
}

interface Part {
  readonly inlineData?: { readonly data: string };
}

describeProvider({
  name: 'vertex',
  model: 'gemini-3.1-flash-image',
  vendor: { name: 'vertex', wire: 'vertex' },
  endpoint: { project: 'simulated-project', location: 'global' },
  imagesIn: (answer) => {
    const { candidates } = JSON.parse(answer.toString('utf8')) as Answer;
    const data = candidates.flatMap(({ content }) => content.parts.flatMap((part) => part.inlineData?.data ?? []));
    return data.map((text) => Buffer.from(text, 'base64'));
  },
});
