import { optionsOrExit } from '../bin/command-line.ts';
import { createKey, type KeyWithNewCredential } from '../lambda/application/keys/create-key.ts';
import { deleteKey } from '../lambda/application/keys/delete-key.ts';
import { findKeptKey, listKeys } from '../lambda/application/keys/find-key.ts';
import { findKeyUsage } from '../lambda/application/keys/find-key-usage.ts';
import { rotateKey } from '../lambda/application/keys/rotate-key.ts';
import { updateKey } from '../lambda/application/keys/update-key.ts';
import { limits } from '../lambda/contract/limits.ts';
import type { VirtualKeyView } from '../lambda/contract/virtual-key.ts';
import type { KeyWithCredentials } from '../lambda/domain/keys/key-registry.ts';
import { keyChangeFrom, newKeyFrom, overlapFrom } from '../lambda/http/keys/key-fields.ts';
import { deletedKeyView, keyListView, keyView } from '../lambda/http/keys/key-view.ts';
import { findKey } from './find-key.ts';
import { type FoundStage, findStage } from './find-stage.ts';
import { noteOfBlock, noteOfDeletion, noteOfRights, noteOfRotation } from './key-notes.ts';
import { inOptions } from './key-settings-options.ts';
import { keyLines, keyTable } from './key-table.ts';
import { type KeysOptions, readKeysOptions, usage } from './keys-options.ts';
import { openKeys } from './open-keys.ts';

type Keys = ReturnType<typeof openKeys>;

/** What a command has to say: to a script by `--json`, and to a person. The last line may be a credential. */
interface Outcome {
  readonly json: unknown;
  readonly text: string;
}

/** The acting user, where the log has a field for it. */
const by = 'command line';

async function main(): Promise<void> {
  const options = optionsOrExit(usage, (args) => readKeysOptions(args, Date.now()));
  const stage = await findStage(options.choice);
  const keys = openKeys(stage, (line) => void process.stderr.write(`${line}\n`));
  try {
    const { json, text } = await run(keys, stage, options);
    print(options.json ? JSON.stringify(json, null, 2) : text);
  } finally {
    keys.close();
  }
}

async function run(keys: Keys, stage: FoundStage, { command, choice }: KeysOptions): Promise<Outcome> {
  switch (command.act) {
    case 'list': {
      const views = await Promise.all((await allKeys(keys)).map((key) => viewed(keys, key)));
      return { json: keyListView(views, undefined), text: keyTable(views, settingOf(keys)) };
    }
    case 'create':
      return madeKey(keys, await createKey(keys, by, newKeyFrom(command.fields)), (view) => noteOfRights(view, choice));
    case 'show':
      return shownKey(keys, await findKeptKey(keys.registry, (await findKey(stage, command.key)).id));
    case 'update': {
      const change = keyChangeFrom(command.fields);
      const { id } = await findKey(stage, command.key);
      const note = change.active === undefined ? '' : noteOfBlock(change.active);
      return shownKey(keys, await updateKey(keys, by, id, change), note);
    }
    case 'rotate': {
      const overlapSeconds = overlapFrom(command.fields);
      const { id } = await findKey(stage, command.key);
      return madeKey(keys, await rotateKey(keys, by, id, overlapSeconds), noteOfRotation);
    }
    case 'delete': {
      const key = await findKey(stage, command.key);
      const purge = await deleteKey(keys, by, key.id, { purge: command.purge, hasTime: () => true });
      return { json: deletedKeyView(key.id, purge), text: noteOfDeletion(key, purge) };
    }
  }
}

async function allKeys({ registry }: Keys): Promise<readonly KeyWithCredentials[]> {
  const found: KeyWithCredentials[] = [];
  let after: string | undefined;
  do {
    const { keys, next } = await listKeys(
      { registry },
      { limit: limits.listedKeys, ...(after === undefined ? {} : { after }) },
    );
    found.push(...keys);
    after = next;
  } while (after !== undefined);
  return found.toSorted((a, b) => a.key.name.localeCompare(b.key.name));
}

const viewed = async (keys: Keys, kept: KeyWithCredentials): Promise<VirtualKeyView> =>
  keyView(kept, keys.clock.now(), { usage: await findKeyUsage(keys, kept.key) });

const settingOf = ({ clock, settings: { defaultLimits } }: Keys) => ({ now: clock.now(), defaultLimits });

async function shownKey(keys: Keys, kept: KeyWithCredentials, note = ''): Promise<Outcome> {
  const view = await viewed(keys, kept);
  return { json: view, text: paragraphs(keyLines(view, settingOf(keys)), note) };
}

function madeKey(
  keys: Keys,
  { credential, ...kept }: KeyWithNewCredential,
  noteOf: (view: VirtualKeyView) => string,
): Outcome {
  const view = keyView(kept, keys.clock.now(), { credential });
  const shown = `The credential. Save it now; it is not shown again:\n${credential}`;
  return { json: view, text: paragraphs(keyLines(view, settingOf(keys)), noteOf(view), shown) };
}

const paragraphs = (...texts: readonly string[]): string => texts.filter((text) => text !== '').join('\n\n');

const print = (text: string): void => void process.stdout.write(`${text}\n`);

main().catch((error: Error) => {
  process.stderr.write(`${inOptions(error.message, process.argv.slice(2))}\n`);
  process.exitCode = 1;
});
