import { describe, expect, it } from 'vitest';
import { resolveStage } from '../../lib/stage-config.ts';
import { plainStage, synthesizeStage } from './synthesized-stage.ts';

const project = 'my-project-123';
const resolved = (settings: object) =>
  resolveStage({ ...plainStage, providers: { vertex: { project, ...settings } } }).providers.vertex;

describe('resolveStage', () => {
  it("gives functions Vertex AI's project and location, and the location's address", () => {
    const stage = synthesizeStage({ providers: { openai: {}, vertex: { project } } });
    const { PROVIDERS } = stage.one('AWS::Lambda::Function', 'ProcessJobFunction').Environment.Variables;
    expect(JSON.parse(PROVIDERS)).toEqual({
      openai: { baseUrl: 'https://api.openai.com/v1' },
      vertex: { baseUrl: 'https://aiplatform.googleapis.com/v1', project, location: 'global' },
    });
  });

  it.each([
    ['us', 'https://aiplatform.us.rep.googleapis.com/v1'],
    ['eu', 'https://aiplatform.eu.rep.googleapis.com/v1'],
    ['europe-west4', 'https://europe-west4-aiplatform.googleapis.com/v1'],
    ['northamerica-northeast1', 'https://northamerica-northeast1-aiplatform.googleapis.com/v1'],
  ])('finds the address of %s', (location, baseUrl) => {
    expect(resolved({ location })).toEqual({ baseUrl, project, location });
  });

  it('leaves an address that the stage sets as it is', () => {
    expect(resolved({ baseUrl: 'https://proxy.example/v1' })).toMatchObject({ baseUrl: 'https://proxy.example/v1' });
  });

  it.each(['123456789012', 'example.com:older-project'])('takes the project %s', (other) => {
    expect(resolved({ project: other })).toMatchObject({ project: other });
  });

  it.each([
    [{ project: undefined }, /providers\.vertex\.project \(undefined\) must be the id of a Google Cloud project/],
    [{ project: 'a/b' }, /providers\.vertex\.project/],
    [{ project: 'Project-1' }, /providers\.vertex\.project/],
    [{ location: 'europe' }, /providers\.vertex\.location \(europe\) must be global, us, eu or a region/],
    [{ location: 'evil.example/' }, /providers\.vertex\.location/],
  ])('refuses %j', (settings, message) => {
    expect(() => resolved(settings)).toThrow(message);
  });

  it.each([{ project }, { location: 'global' }])("refuses %j of another provider's", (setting) => {
    const providers = { gemini: setting as object };
    expect(() => resolveStage({ ...plainStage, providers })).toThrow(
      /providers\.gemini\.(project|location) is a setting of vertex only/,
    );
  });
});
