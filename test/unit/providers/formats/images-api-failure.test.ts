import { describe, expect, it } from 'vitest';
import { failureSaid } from '../../../../lambda/providers/formats/images-api-failure.ts';

describe('failureSaid', () => {
  it('knows a key that is refused for the model alone', () => {
    const body = (param: string) => JSON.stringify({ error: { message: 'You have no access.', param } });
    expect(failureSaid(401, body('model')).limitIs).toBe('model');
    expect(failureSaid(401, body('prompt')).limitIs).toBeUndefined();
  });
});
