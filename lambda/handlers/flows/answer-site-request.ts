import { openApiDocument } from '../../contract/openapi/openapi.ts';
import { servedRoutes } from '../../contract/routes.ts';
import type { Answer } from '../../http/answer/api-response.ts';
import { readApiRequest } from '../../http/request/api-request.ts';
import { siteAnswer } from '../../http/site/site.ts';

export interface AnswerSiteRequestDependencies {
  /** The gateway's version, as the health route and the OpenAPI document give it. */
  readonly version: string;
  /** The stage's limit of synchronous answers, in seconds; 0 where it has no such routes. */
  readonly synchronousSeconds: number;
}

/** Answers the open pages, OPTIONS, and whatever no other route takes. Throws nothing that a caller can bring about. */
export function answerSiteRequest({ version, synchronousSeconds }: AnswerSiteRequestDependencies): Answer {
  const served = servedRoutes({ synchronousSeconds });
  const site = { version, served, openapi: () => openApiDocument(version, served) };
  return async (event) => siteAnswer(readApiRequest(event), site);
}
