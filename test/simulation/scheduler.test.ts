import { describe, expect, it } from 'vitest';
import { drawsFrom } from './draws.ts';
import { Heap } from './heap.ts';
import { Invocation, Scheduler } from './scheduler.ts';

describe('Heap', () => {
  it('gives items by their time, and those of one time by their order', () => {
    const draw = drawsFrom(1);
    const heap = new Heap<readonly [time: number, order: number]>();
    const pushed = Array.from({ length: 500 }, () => [Math.floor(draw() * 40), draw()] as const);
    for (const item of pushed) heap.push(...item, item);
    expect(heap.firstAt).toBe(Math.min(...pushed.map(([time]) => time)));
    const popped = pushed.map(() => heap.pop());
    expect(popped).toEqual(pushed.toSorted((one, other) => one[0] - other[0] || one[1] - other[1]));
    expect(heap.pop()).toBeUndefined();
    expect(heap.firstAt).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('Scheduler', () => {
  it('runs what is due when it is due, without what was cancelled or whose invocation is dead, and late what stood still', async () => {
    const scheduler = new Scheduler(1, 0);
    const [dead, frozen] = [new Invocation('dead', 1, 0), new Invocation('frozen', 2, 0)];
    const ran: [string, number][] = [];
    const note = (name: string) => () => void ran.push([name, scheduler.now]);
    scheduler.after(20, undefined, note('second'));
    scheduler.after(10, undefined, note('first'));
    scheduler.after(5, undefined, note('cancelled')).cancel();
    scheduler.after(15, dead, note('of the dead'));
    scheduler.after(15, frozen, note('of the frozen'));
    dead.kill();
    frozen.frozenUntil = 30;
    await scheduler.run(() => {});
    expect(ran).toEqual([
      ['first', 10],
      ['second', 20],
      ['of the frozen', 30],
    ]);
  });

  it('lets all that follows from a step happen before the next', async () => {
    const scheduler = new Scheduler(1, 0);
    const heard: string[] = [];
    scheduler.after(1, undefined, async () => {
      for (let times = 0; times < 50; times += 1) await undefined;
      heard.push('first');
    });
    scheduler.after(1.001, undefined, () => void heard.push('second'));
    await scheduler.run(() => {});
    expect(heard).toEqual(['first', 'second']);
  });
});

describe('Invocation', () => {
  it('is told once that it is killed, and not when it has ended', () => {
    const told: string[] = [];
    const [killed, ended] = [new Invocation('killed', 1, 0), new Invocation('ended', 2, 0)];
    for (const invocation of [killed, ended]) invocation.onKilled = () => void told.push(invocation.name);
    killed.kill();
    killed.kill();
    ended.end();
    ended.kill();
    expect(told).toEqual(['killed']);
  });

  it('has no timeout any more when it has ended', async () => {
    const scheduler = new Scheduler(1, 0);
    const invocation = new Invocation('quick', 1, 0);
    invocation.timeout = scheduler.after(1000, undefined, () => invocation.kill());
    scheduler.after(10, invocation, () => invocation.end());
    await scheduler.run(() => {});
    expect(invocation.isDead).toBe(false);
    expect(scheduler.now).toBe(10);
  });
});
