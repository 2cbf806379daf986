import { callerErrors, frontErrors, type Route } from '../route.ts';

/** The routes that show the stage's models. */
export const modelRoutes = [
  {
    id: 'list-models',
    method: 'GET',
    path: '/v1/models',
    function: 'list-models',
    summary: 'List the models that the key may use, with their capabilities',
    credential: true,
    streamed: false,
    answers: { 200: { body: 'models', description: "The stage's models that the key may use." } },
    errors: callerErrors,
  },
  {
    id: 'show-model',
    method: 'GET',
    // Greedy: an id has slashes, which some clients encode.
    path: '/v1/models/{model+}',
    function: 'list-models',
    summary: 'Show one model that the key may use, with its capabilities',
    credential: true,
    streamed: false,
    answers: { 200: { body: 'model', description: 'The model, as in the list.' } },
    errors: [...callerErrors, 'not_found'],
  },
] as const satisfies readonly Route[];

/** The routes that need no credential and no store. */
export const siteRoutes = [
  {
    id: 'health',
    method: 'GET',
    path: '/health',
    function: 'serve-site',
    summary: 'Report that the gateway is up, and its version',
    credential: false,
    streamed: false,
    answers: { 200: { body: 'health', description: 'The gateway is up.' } },
    errors: frontErrors,
  },
  {
    id: 'openapi',
    method: 'GET',
    path: '/openapi.json',
    function: 'serve-site',
    summary: 'This document',
    credential: false,
    streamed: false,
    answers: { 200: { body: 'openapi', description: 'The OpenAPI 3.1 document.' } },
    errors: frontErrors,
  },
] as const satisfies readonly Route[];
