import { describe, expect, it } from 'vitest';
import { bedrockRegions } from '../../lambda/contract/bedrock-models.ts';
import { resolveStage } from '../../lib/stage-config.ts';
import { statementLines } from './role-statements.ts';
import { plainStage, synthesizeStage } from './synthesized-stage.ts';

const stageIn = (region: (typeof bedrockRegions)[number], others = {}) =>
  synthesizeStage({ name: 'main', providers: { bedrock: { region }, ...others } });

const bedrockOf = (stage: ReturnType<typeof synthesizeStage>, functionName = 'process-job') =>
  statementLines(stage, functionName).filter(({ actions }) => actions.some((action) => action.startsWith('bedrock:')));

const modelIn = (region: string, model: string) => `arn:<AWS::Partition>:bedrock:${region}::foundation-model/${model}`;
const profileIn = (region: string, model: string) =>
  `arn:<AWS::Partition>:bedrock:${region}:<AWS::AccountId>:inference-profile/us.${model}`;

const services = [
  'stability.stable-image-inpaint-v1:0',
  'stability.stable-outpaint-v1:0',
  'stability.stable-image-remove-background-v1:0',
];
const generators = [
  'stability.stable-image-ultra-v1:1',
  'stability.stable-image-core-v1:1',
  'stability.sd3-5-large-v1:0',
];
const servicesIn = (region: string) =>
  services.flatMap((model) => [profileIn(region, model), ...bedrockRegions.map((each) => modelIn(each, model))]);

describe('grantBedrock', () => {
  it('lets the worker ask the models of its region, and the profiles with all that they lead to', () => {
    const [statement, ...others] = bedrockOf(stageIn('us-west-2'));
    expect(others).toEqual([]);
    expect(statement).toMatchObject({ effect: 'Allow', actions: ['bedrock:InvokeModel'], condition: undefined });
    const expected = [...generators.map((model) => modelIn('us-west-2', model)), ...servicesIn('us-west-2')];
    expect(statement?.resources.toSorted()).toEqual(expected.toSorted());
  });

  it('lets it ask no model that the region does not have', () => {
    const [statement] = bedrockOf(stageIn('us-east-1'));
    expect(statement?.resources.toSorted()).toEqual(servicesIn('us-east-1').toSorted());
  });

  it('names no model and no region by a wildcard', () => {
    expect(
      bedrockOf(stageIn('us-west-2'))
        .flatMap(({ resources }) => resources)
        .join(),
    ).not.toContain('*');
  });

  it('gives nothing to other functions, nor to a stage without Bedrock', () => {
    const stage = stageIn('us-west-2');
    for (const name of ['submit-job', 'get-job', 'sweep-jobs', 'list-models'])
      expect(bedrockOf(stage, name)).toEqual([]);
    expect(bedrockOf(synthesizeStage())).toEqual([]);
  });

  it('takes no key for a provider that has none', () => {
    expect(stageIn('us-west-2').text).not.toContain('ssm:GetParameter');
    const both = stageIn('us-west-2', { openai: {} }).text;
    expect(both).toContain('/darkroom/main/providers/openai');
    expect(both).not.toContain('providers/bedrock');
  });
});

describe('resolveStage', () => {
  it("asks Bedrock at the region's address, unless the stage says otherwise", () => {
    const { providers } = resolveStage({ ...plainStage, providers: { bedrock: { region: 'us-east-2' } } });
    expect(providers).toEqual({
      bedrock: { baseUrl: 'https://bedrock-runtime.us-east-2.amazonaws.com', region: 'us-east-2' },
    });
    const endpoint = 'https://vpce-1.bedrock-runtime.us-east-2.vpce.amazonaws.com';
    const elsewhere = { bedrock: { region: 'us-east-2', baseUrl: endpoint } } as const;
    expect(resolveStage({ ...plainStage, providers: elsewhere }).providers.bedrock?.baseUrl).toBe(endpoint);
  });

  it.each([
    [{ bedrock: {} }, 'providers.bedrock.region must be one of us-west-2, us-east-1, us-east-2, not undefined.'],
    [{ bedrock: { region: 'eu-west-1' } }, 'providers.bedrock.region must be one of us-west-2, us-east-1, us-east-2'],
    [{ openai: { region: 'us-west-2' } }, 'providers.openai.region is a setting of bedrock only.'],
  ])('refuses %j', (providers, message) => {
    expect(() => resolveStage({ ...plainStage, providers: providers as object })).toThrow(message);
  });
});
