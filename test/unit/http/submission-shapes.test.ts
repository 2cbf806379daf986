import { describe, expect, it } from 'vitest';
import { operations } from '../../../lambda/domain/generation.ts';
import { checkFields } from '../../../lambda/http/submission/submission-fields.ts';

describe('checkFields', () => {
  it.each(operations)(
    'knows a shape and a resolution on a %s: nothing extra that a model would be said not to take',
    (operation) => {
      const shape = { aspect_ratio: '16:9', resolution: '2K' };
      const fields = new Map(Object.entries({ model: 'openai/gpt-image-2', prompt: 'a kite', ...shape }));
      const { known, extra } = checkFields(operation, fields);
      expect(known).toMatchObject(shape);
      expect(extra).not.toHaveProperty('aspect_ratio');
    },
  );
});
