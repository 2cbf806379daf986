import { statusOf } from '../../../lambda/contract/errors.ts';
import { type ErrorCode, GatewayError } from '../../../lambda/domain/error-code.ts';

/** What a call was refused with; fails the test if it was not, or by anything but a GatewayError. */
export async function refusalOf(call: () => unknown): Promise<{ code: ErrorCode; param?: string; message: string }> {
  try {
    await call();
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    return { code: error.code, message: error.message, ...(error.param === undefined ? {} : { param: error.param }) };
  }
  throw new Error('Nothing was refused.');
}

export const isClientError = (error: unknown): boolean =>
  error instanceof GatewayError && statusOf(error.code) >= 400 && statusOf(error.code) < 500;
