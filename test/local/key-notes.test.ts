import { describe, expect, it } from 'vitest';
import { noteOfBlock, noteOfDeletion, noteOfRights, noteOfRotation } from '../../scripts/key-notes.ts';

const key = { id: 'vk_1', name: 'shop', providers: {} } as const;

describe('noteOfRights', () => {
  it('says how a key that may use nothing is allowed something, on its stage', () => {
    const command = 'npm run keys -- update shop --provider PROVIDER';
    expect(noteOfRights(key, { port: 8787 })).toMatch(new RegExp(`: ${command}$`));
    expect(noteOfRights(key, { port: 9000 })).toMatch(new RegExp(`: ${command} --port 9000$`));
    expect(noteOfRights(key, { stage: 'main' })).toMatch(new RegExp(`: ${command} --stage main$`));
  });

  it('names a key by its id where a shell would take its name apart', () => {
    expect(noteOfRights({ ...key, name: 'my $shop' }, { port: 8787 })).toContain('update vk_1 ');
    expect(noteOfRights({ ...key, name: '-shop' }, { port: 8787 })).toContain('update vk_1 ');
  });

  it('is empty for a key that may use something', () => {
    expect(noteOfRights({ ...key, providers: { openai: ['*'] } }, { port: 8787 })).toBe('');
  });
});

describe('noteOfRotation', () => {
  it('says when earlier credentials end, and what ends them sooner', () => {
    const ends = ['2026-11-20T13:00:00.000Z', '2026-11-20T12:30:00.000Z'].map((end) => ({ expires_at: end }));
    expect(noteOfRotation({ credentials: [{}, ...ends] })).toContain(
      'until 2026-11-20T13:00:00.000Z at the latest; another rotation without',
    );
    expect(noteOfRotation({ credentials: [{}] })).toContain(
      'refused everywhere within 5 seconds. Tokens that name the key keep working',
    );
  });
});

describe('noteOfBlock', () => {
  it('says what is stopped, and what is charged all the same', () => {
    expect(noteOfBlock(false)).toMatch(/within 5 seconds.*stop before their next provider request.*charged\.$/);
    expect(noteOfBlock(true)).toMatch(/works again .* stay stopped\.$/);
  });
});

describe('noteOfDeletion', () => {
  it('says that credentials end within 5 seconds, and what comes of submissions until then', () => {
    const done = noteOfDeletion(key, 'done');
    expect(done).toContain('Deleted shop (vk_1). All its jobs, images and files are deleted.');
    expect(done).toContain(
      'may still be accepted, and charged; the sweep deletes their jobs one to six minutes later.',
    );
    const kept = noteOfDeletion(key, 'not_purged');
    expect(kept).toContain('Only admins can see its jobs and images');
    expect(kept).toContain('the others, and its files, are deleted when they expire');
    expect(kept).not.toContain('sweep');
    for (const note of [done, kept]) expect(note).toContain('block a key, wait 5 seconds, and delete it then');
    expect(noteOfDeletion(key, 'continues')).toContain('continues to delete its jobs, images and files.');
  });
});
