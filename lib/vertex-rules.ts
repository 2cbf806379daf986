import type { ProviderEndpoint } from '../lambda/contract/provider-endpoints.ts';

/**
 * What Vertex AI's settings have where they don't say otherwise: a location, and the address of its models. The two
 * jurisdictions have hosts of another form.
 * https://docs.cloud.google.com/gemini-enterprise-agent-platform/resources/locations
 */
export function vertexDefaults({
  location = 'global',
}: Pick<ProviderEndpoint, 'location'> = {}): Required<Pick<ProviderEndpoint, 'baseUrl' | 'location'>> {
  const host = hosts[location] ?? `${location}-aiplatform.googleapis.com`;
  return { baseUrl: `https://${host}/v1`, location };
}

const hosts: Readonly<Record<string, string>> = {
  global: 'aiplatform.googleapis.com',
  us: 'aiplatform.us.rep.googleapis.com',
  eu: 'aiplatform.eu.rep.googleapis.com',
};

/** Project and location belong to Vertex AI alone, and are part of its request URLs. */
export function brokenProject(provider: string, { project, location }: ProviderEndpoint): readonly string[] {
  const path = `providers.${provider}`;
  const given = Object.entries({ project, location }).filter(([, value]) => value !== undefined);
  if (provider !== 'vertex') return given.map(([name]) => `${path}.${name} is a setting of vertex only.`);
  return [
    ...(/^(?:[a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$|^\d{6,20}$/.test(project ?? '')
      ? []
      : [
          `${path}.project (${project}) must be the id of a Google Cloud project, such as my-project-123, or its number.`,
        ]),
    ...(/^(?:global|us|eu|[a-z]+-[a-z]+\d{1,2})$/.test(location ?? '')
      ? []
      : [`${path}.location (${location}) must be global, us, eu or a region such as europe-west4.`]),
  ];
}
