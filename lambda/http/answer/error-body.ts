import { type ErrorBody, errorTable } from '../../contract/errors.ts';
import type { ErrorCode } from '../../domain/error-code.ts';

/** What an error body is made of. `param` is the field at fault, `details` what `extra_fields` shows. */
export interface ErrorFacts {
  readonly code: ErrorCode;
  readonly message: string;
  readonly param?: string | undefined;
  readonly eventId: string;
  /** False only for what a provider answered. */
  readonly byGateway: boolean;
  readonly details?: ErrorBody['extra_fields'];
}

/** The one error body, for a refusal as well as for a job that failed. */
export function errorBody(facts: ErrorFacts): ErrorBody {
  const { status, class: errorClass } = errorTable[facts.code];
  return {
    event_id: facts.eventId,
    type: facts.code,
    is_bifrost_error: facts.byGateway,
    status_code: status,
    error: {
      type: errorClass,
      code: facts.code,
      message: facts.message,
      ...(facts.param === undefined ? {} : { param: facts.param }),
      event_id: facts.eventId,
    },
    extra_fields: facts.details ?? {},
  };
}
