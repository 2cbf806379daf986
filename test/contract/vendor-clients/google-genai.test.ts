import {
  ApiError,
  type GenerateContentResponse,
  GoogleGenAI,
  HarmBlockThreshold,
  HarmCategory,
  Modality,
  ThinkingLevel,
} from '@google/genai';
import { describe, expect, it } from 'vitest';
import { simulatedProject } from '../../../local/vendors/vertex-account.ts';
import { giveToken } from '../../../local/vendors/vertex-tokens.ts';
import { key, photo, pictureOf, playVendors } from './play-vendors.ts';

const simulator = playVendors('gemini', 'vertex');
const addressOf = (vendor: string) =>
  simulator()
    .baseUrl(vendor)
    .replace(/\/v1(beta)?$/, '');
const client = (apiKey = key) => new GoogleGenAI({ apiKey, httpOptions: { baseUrl: addressOf('gemini') } });

const model = 'gemini-3.1-flash-image';
const prompt = '[plain] a kite';
const partsOf = (answer: GenerateContentResponse) => answer.candidates?.[0]?.content?.parts ?? [];
const pictureIn = (answer: GenerateContentResponse): Promise<string> =>
  pictureOf(partsOf(answer).find(({ inlineData }) => inlineData !== undefined)?.inlineData?.data ?? '');
const photoPart = async () => ({ inlineData: { mimeType: 'image/png', data: (await photo()).toString('base64') } });

describe('gemini', () => {
  it('makes a picture of the shape and size that are asked for', async () => {
    const config = { responseModalities: [Modality.IMAGE], imageConfig: { aspectRatio: '16:9', imageSize: '1K' } };
    const made = await client().models.generateContent({ model, contents: prompt, config });
    expect(await pictureIn(made)).toBe('png 1360x768');
    expect(made.usageMetadata?.candidatesTokenCount).toBe(1120);
  });

  it('edits a picture, and goes on in several turns', async () => {
    const ask = { text: prompt };
    const first = await client().models.generateContent({ model, contents: [ask, await photoPart()] });
    const contents = [
      { role: 'user', parts: [ask, await photoPart()] },
      { role: 'model', parts: partsOf(first) },
      { role: 'user', parts: [{ text: 'in blue' }] },
    ];
    expect(await pictureIn(await client().models.generateContent({ model, contents }))).toMatch(/^png /);
    const chat = client().chats.create({ model });
    await chat.sendMessage({ message: prompt });
    expect(await pictureIn(await chat.sendMessage({ message: 'once more' }))).toMatch(/^png /);
    expect(simulator().ledger.charges().at(-1)?.files).toHaveLength(1);
  });

  it('takes tools, safety settings, an instruction, and all that chooses words', async () => {
    const made = await client().models.generateContent({
      model,
      contents: prompt,
      config: {
        systemInstruction: 'Paint flat.',
        tools: [{ googleSearch: {} }],
        safetySettings: [
          { category: HarmCategory.HARM_CATEGORY_HARASSMENT, threshold: HarmBlockThreshold.BLOCK_ONLY_HIGH },
        ],
        ...{
          temperature: 1,
          topP: 0.9,
          topK: 40,
          seed: 7,
          candidateCount: 1,
          maxOutputTokens: 8192,
          stopSequences: ['END'],
        },
      },
    });
    expect(await pictureIn(made)).toMatch(/^png /);
  });

  it('thinks as it is told, and tells its thoughts where they are asked for', async () => {
    const think = (thinkingConfig: object) =>
      client().models.generateContent({ model, contents: prompt, config: { thinkingConfig } });
    const told = await think({ includeThoughts: true, thinkingLevel: ThinkingLevel.HIGH });
    expect(partsOf(told).map(({ thought = false }) => thought)).toEqual([true, false]);
    expect(partsOf(await think({ thinkingBudget: 0 }))).toHaveLength(1);
    await expect(think({ thinkingLevel: 'BRIEFLY' })).rejects.toMatchObject({ status: 400 });
    await expect(think({ brains: 2 })).rejects.toThrow('Cannot find field');
  });

  it('refuses and fails as the client reads it', async () => {
    const refused = await client().models.generateContent({ model, contents: `${prompt} [fail:refuse]` });
    expect(refused.promptFeedback?.blockReason).toBe('PROHIBITED_CONTENT');
    const unknown = client().models.generateContent({ model: 'imagen-5', contents: prompt });
    await expect(unknown).rejects.toMatchObject({ name: ApiError.name, status: 404 });
    await expect(client('sk-invalid').models.generateContent({ model, contents: prompt })).rejects.toThrow(
      'API key not valid',
    );
    const fileData = { fileUri: 'https://files.example/v1beta/files/some', mimeType: 'image/png' };
    const file = client().models.generateContent({ model, contents: [{ text: prompt }, { fileData }] });
    await expect(file).rejects.toMatchObject({ status: 403 });
    await expect(client().models.countTokens({ model, contents: prompt })).rejects.toMatchObject({ status: 404 });
  });

  it('reads the names of fields in snake_case as well, as in its REST examples', async () => {
    const inlineData = { mime_type: 'image/png', data: (await photo()).toString('base64') };
    const ask = async (body: object) => {
      const answer = await fetch(`${simulator().baseUrl('gemini')}/models/${model}:generateContent`, {
        method: 'POST',
        headers: { 'x-goog-api-key': key, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      return { status: answer.status, body: (await answer.json()) as GenerateContentResponse };
    };
    const contents = [{ parts: [{ text: prompt }, { inline_data: inlineData }] }];
    const made = await ask({
      contents,
      generation_config: {
        response_modalities: ['IMAGE'],
        image_config: { aspect_ratio: '1:1', image_size: '512' },
        thinking_config: { include_thoughts: true, thinking_level: 'high' },
        top_p: 0.5,
      },
      safety_settings: [],
    });
    expect(made.status).toBe(200);
    expect(await pictureIn(made.body)).toBe('png 512x512');
    expect(partsOf(made.body)).toHaveLength(2);
    expect(simulator().ledger.charges()).toMatchObject([{ prompt, files: [{ contentType: 'image/png' }] }]);
    expect((await ask({ contents, generation_config: { image_config: { aspect: '1:1' } } })).status).toBe(400);
  });
});

describe('vertex', () => {
  it('takes what the Gemini API lacks, such as who may be shown', async () => {
    // Stands for the library that Google's client signs in with, which would ask Google itself for a token.
    const headers = new Headers({ authorization: `Bearer ${giveToken('access', 'tester')}` });
    const authClient = { getRequestHeaders: async () => headers } as never;
    const vertex = new GoogleGenAI({
      vertexai: true,
      project: simulatedProject,
      location: 'global',
      googleAuthOptions: { authClient },
      httpOptions: { baseUrl: addressOf('vertex') },
    });
    const made = await vertex.models.generateContent({
      model,
      contents: prompt,
      config: {
        responseModalities: [Modality.TEXT, Modality.IMAGE],
        imageConfig: {
          aspectRatio: '1:1',
          personGeneration: 'ALLOW_ADULT',
          imageOutputOptions: { mimeType: 'image/jpeg' },
        },
        thinkingConfig: { includeThoughts: true },
        topP: 0.9,
      },
    });
    expect(await pictureIn(made)).toBe('jpeg 1024x1024');
  });
});
