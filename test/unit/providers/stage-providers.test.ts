import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { createFetchImage } from '../../../lambda/adapters/outgoing/fetch-image.ts';
import { signedRequest } from '../../../lambda/adapters/outgoing/signed-request.ts';
import { isPolled, providerNames } from '../../../lambda/contract/provider-names.ts';
import { ProviderFailure } from '../../../lambda/domain/failure.ts';
import type { SignRequest, UnsignedRequest } from '../../../lambda/domain/ports.ts';
import type { OutgoingRequest, SendRequest } from '../../../lambda/domain/send-request.ts';
import { createPlanRequest } from '../../../lambda/planning/plan-request.ts';
import { createCatalog } from '../../../lambda/providers/catalog.ts';
import { createProviders, resultHostsOf } from '../../../lambda/providers/stage-providers.ts';
import { memoryCall, sha256 } from '../../contract/providers/memory-call.ts';
import { scripted } from '../adapters/outgoing/exchanges.ts';

const endpoints = { openai: { baseUrl: 'https://openai.example/v1' } };
const refuse: SendRequest = async () => {
  throw new ProviderFailure('overloaded', 'Nothing is sent here.');
};

describe('createProviders', () => {
  it('makes the adapter of a provider once, for the address of the stage', async () => {
    const sent: OutgoingRequest[] = [];
    const providerNamed = await createProviders(endpoints, async (request) => {
      sent.push(request);
      return refuse(request);
    });
    expect(providerNamed('openai')).toBe(providerNamed('openai'));
    const plan = createPlanRequest(createCatalog(endpoints).specOf);
    const asked = { operation: 'generation', prompt: 'a kite', n: 1, parameters: {}, extra: {} } as const;
    const { request } = plan({ provider: 'openai', model: 'gpt-image-2' }, asked, [], undefined);
    await expect(providerNamed('openai').start(request, memoryCall())).rejects.toMatchObject({ kind: 'overloaded' });
    expect(sent.map(({ url }) => url)).toEqual(['https://openai.example/v1/images/generations']);
  });

  it('asks after work with a ticket at exactly the providers that the contract says are polled', async () => {
    const every = Object.fromEntries(providerNames.map((name) => [name, { baseUrl: 'https://provider.example' }]));
    const role = { region: async () => 'us-west-2', sign: async () => ({}) };
    const providerNamed = await createProviders(every, refuse, {
      clock: { now: Date.now },
      aws: role,
      sendAsRole: () => refuse,
    });
    const polled = providerNames.filter((name) => providerNamed(name).resume !== undefined);
    expect(polled).toEqual(providerNames.filter(isPolled));
    expect(polled.length).toBeGreaterThan(0);
  });

  it.each(['bfl', 'constructor', ''])('calls %j unsupported, so that a fallback may take over', async (name) => {
    let thrown: unknown;
    try {
      (await createProviders(endpoints, refuse))(name);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ name: 'ProviderFailure', kind: 'unsupported' });
  });

  it('makes an adapter for a compatible server, under its name', async () => {
    const sent: OutgoingRequest[] = [];
    const studio = { baseUrl: 'https://studio.example/v1', models: [{ model: 'sdxl' }] };
    const providerNamed = await createProviders({ ...endpoints, studio }, async (request) => {
      sent.push(request);
      return refuse(request);
    });
    const plan = createPlanRequest(createCatalog({ studio }).specOf);
    const asked = { operation: 'generation', prompt: 'a kite', n: 1, parameters: {}, extra: {} } as const;
    const { request } = plan({ provider: 'studio', model: 'sdxl' }, asked, [], undefined);
    await expect(providerNamed('studio').start(request, memoryCall())).rejects.toMatchObject({ kind: 'overloaded' });
    expect(sent.map(({ url }) => url)).toEqual(['https://studio.example/v1/images/generations']);
  });

  it('signs what it sends to a provider without a key, as the role and for the region of the stage', async () => {
    const signed: UnsignedRequest[] = [];
    const sent: OutgoingRequest[] = [];
    const bedrock = { baseUrl: 'https://bedrock.example', region: 'us-west-2' } as const;
    const sign: SignRequest = async (request) => {
      signed.push(request);
      return { ...request.headers, authorization: 'a signature' };
    };
    const send: SendRequest = async (request) => {
      sent.push(request);
      return refuse(request);
    };
    const sendAsRole = (region: string) => signedRequest(send, sign, region);
    const providerNamed = await createProviders({ bedrock }, send, { sendAsRole });
    const plan = createPlanRequest(createCatalog({ bedrock }).specOf);
    const asked = { operation: 'generation', prompt: 'a kite', n: 1, parameters: {}, extra: {} } as const;
    const { request } = plan({ provider: 'bedrock', model: 'stability.sd3-5-large-v1:0' }, asked, [], undefined);
    await expect(providerNamed('bedrock').start(request, memoryCall({ apiKey: '' }))).rejects.toBeDefined();
    const url = 'https://bedrock.example/model/stability.sd3-5-large-v1%3A0/invoke';
    const bodySha256 = sha256(Buffer.from('{"prompt":"a kite","mode":"text-to-image"}'));
    expect(signed).toMatchObject([{ method: 'POST', url, bodySha256, region: 'us-west-2' }]);
    expect(sent).toMatchObject([{ url, headers: { authorization: 'a signature', accept: 'application/json' } }]);
  });

  it('has no adapter for a provider that the stage has not', async () => {
    const providerNamed = await createProviders({}, refuse);
    expect(() => providerNamed('openai')).toThrow(ProviderFailure);
  });
});

describe('resultHostsOf', () => {
  it('trusts the hosts of a compatible server for the results of that server alone', async () => {
    const host = await scripted((response) => void response.end('an image'));
    const studio = {
      baseUrl: 'https://studio.example/v1',
      models: [{ model: 'sdxl' }],
      resultHosts: [new URL(host.baseUrl).host],
    };
    const fetchImage = createFetchImage((provider) => resultHostsOf({ ...endpoints, studio }, provider));
    const fetched = (provider: string) => buffer(fetchImage(host.baseUrl, provider, AbortSignal.timeout(60_000)));
    expect((await fetched('studio')).toString()).toBe('an image');
    for (const other of ['openai', 'nobody', 'constructor']) {
      await expect(fetched(other)).rejects.toMatchObject({ kind: 'malformed', billed: 'yes' });
    }
    expect(host.received).toHaveLength(1);
  });
});
