import { describe, expect, it } from 'vitest';
import { askGates } from '../../../../lambda/domain/rate-limiter/both-gates.ts';
import { type GateState, openGate } from '../../../../lambda/domain/rate-limiter/gate-state.ts';
import { noon } from '../../../support/sample-job.ts';

describe('askGates', () => {
  const gates = (key: Partial<GateState>, model: Partial<GateState>) => ({
    key: { ...openGate, ...key },
    model: { ...openGate, ...model },
  });
  const start = { owner: 'a', keyRequestsPerMinute: undefined, random: 0 };

  it('lets through what both gates let through', () => {
    const open = { granted: true, as: 'open' };
    expect(askGates(gates({}, {}), start, noon)).toMatchObject({ granted: true, key: open, model: open });
    const rated = askGates(gates({}, {}), { ...start, keyRequestsPerMinute: 60 }, noon);
    expect(rated).toMatchObject({ granted: true, key: { as: 'slot' }, model: open });
  });

  it('gives a place in line at the gate that opens last', () => {
    const held = askGates(gates({ closedUntil: noon + 5000 }, { closedUntil: noon + 9000 }), start, noon);
    expect(held).toMatchObject({ granted: false, at: 'model', until: noon + 9000 });
    const key = askGates(gates({ closedUntil: noon + 5000 }, {}), start, noon);
    expect(key).toMatchObject({ granted: false, at: 'key', until: noon + 5000 });
    const model = askGates(gates({}, { closedUntil: noon + 5000 }), start, noon);
    expect(model).toMatchObject({ granted: false, at: 'model', until: noon + 5000 });
  });
});
