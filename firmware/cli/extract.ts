import { createHash } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { StoreError } from '../../storage/errors.js';
import type { CallRecord } from '../call/call-record.js';
import { KikitomeError } from '../errors.js';
import type { Recordings } from '../recordings.js';
import type { Kit } from './kit.js';
import { printSize } from './size.js';
import { wordsIn } from './words.js';
import type { World } from './world.js';

/** `extract`: the bytes of one recording. */
export function addExtractCommand({
  command,
  dataOption,
  help,
  language,
  say,
  sayJson,
  withRecordings,
  world,
}: Kit): void {
  const { text } = wordsIn(language);
  command('extract', help.extract)
    .argument('<ID>', help.id)
    .addOption(dataOption())
    .requiredOption('--to <FILE>', help.extractTo)
    .option('--json', help.json, false)
    .action((id: string, { data, to, json }: { data: string; to: string; json: boolean }) =>
      withRecordings(data, async (recordings) => {
        const call = await extract(recordings, id, to, world);
        if (to === '-') return;
        if (json) sayJson({ file: to, ...call.audio });
        else say(`${text.wrote} ${to} (${printSize(call.audio?.bytes ?? 0)})`);
      }),
    );
}

/**
 * Writes a recording's bytes to a file (`-`: to standard output). The file appears whole and checked against the SHA-256 it
 * was kept with, or not at all; one of that name is replaced. Throws `FILE_NOT_WRITTEN`, `RECORDING_DAMAGED` and what reading throws.
 */
async function extract(recordings: Recordings, which: string, to: string, world: World): Promise<CallRecord> {
  const call = await recordings.call(which);
  if (to === '-') {
    for await (const bytes of recordings.audio(which)) world.out.write(bytes);
    return call;
  }
  const part = `${to}.part`;
  let file: FileHandle;
  try {
    file = await open(part, 'w', 0o600);
  } catch (error) {
    throw new KikitomeError('FILE_NOT_WRITTEN', `${to}: ${(error as Error).message}`, { cause: error });
  }
  try {
    const hash = createHash('sha256');
    for await (const bytes of recordings.audio(which)) {
      hash.update(bytes);
      await written(to, file.write(bytes));
    }
    const sha256 = hash.digest('hex');
    if (call.audio?.sha256 && call.audio.sha256 !== sha256) {
      throw new StoreError('RECORDING_DAMAGED', `call ${call.number}: the bytes are not those it was kept with`);
    }
    await written(to, file.sync());
    await file.close();
    await written(to, rename(part, to));
    return call;
  } catch (error) {
    await file.close();
    await rm(part, { force: true });
    throw error;
  }
}

async function written<T>(to: string, action: Promise<T>): Promise<T> {
  return action.catch((error: unknown) => {
    throw new KikitomeError('FILE_NOT_WRITTEN', `${to}: ${(error as Error).message}`, { cause: error });
  });
}
