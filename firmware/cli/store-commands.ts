import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { checkStore } from '../../storage/check.js';
import { type DisposalRecord, disposeStore } from '../../storage/dispose.js';
import { beginFormat, endFormat, isFormatting } from '../../storage/format.js';
import { growStore } from '../../storage/grow.js';
import { LevelMap } from '../../storage/level-map.js';
import { moveStore } from '../../storage/move.js';
import { NodeDisk } from '../../storage/node-disk.js';
import type { Store } from '../../storage/store.js';
import { SUPERBLOCK } from '../../storage/superblock.js';
import { RemoteRecordings } from '../console/client.js';
import { KikitomeError } from '../errors.js';
import { INDEX_FOLDER, openStore } from '../open-store.js';
import { localIso } from '../rules/local-time.js';
import { officeRules } from '../rules/office.js';
import { certificateLines, METHOD } from './certificate.js';
import type { Kit } from './kit.js';
import type { Language } from './language.js';
import { makeFolder } from './make-folder.js';
import { chipOfTheBoard, isOfTheBoard, type RootChipFlags } from './root-chip.js';
import { parseSize, printSize } from './size.js';
import { upgradeRoomBytes } from './upgrade-room.js';
import { wordsIn } from './words.js';

interface MoveFlags extends RootChipFlags {
  readonly data: string;
  readonly to: string;
  readonly capacity: string;
  readonly json: boolean;
}

/** `store grow`, `store move`, `dispose`: the whole store at once, while no recorder runs on it. */
export function addStoreCommands(kit: Kit): void {
  const { command, dataOption, help, language, say, sayJson, world } = kit;
  const { text } = wordsIn(language);
  const { chance, clock } = world;
  const wall = () => clock.wall();

  const opened = async (folder: string): Promise<Store> => {
    if (await RemoteRecordings.connect(folder)) throw new KikitomeError('NOT_WHILE_RECORDING', folder);
    return openStore({ folder, chance, wall });
  };

  const store = command('store', help.store);
  command('grow', help.storeGrow, store)
    .addOption(dataOption())
    .requiredOption('--capacity <SIZE>', help.capacity)
    .option('--json', help.json, false)
    .action(async ({ data, capacity, json }: { data: string; capacity: string; json: boolean }) => {
      const capacityBytes = parseSize(capacity);
      if (capacityBytes === 'max') throw new KikitomeError('CAPACITY_NOT_A_SIZE', 'max');
      const kept = await opened(data);
      try {
        const grown = await growStore(kept, new NodeDisk(data), chance, capacityBytes);
        if (json) sayJson({ data, id: grown.id, capacityBytes: grown.capacityBytes });
        else say(`${text.grown} ${printSize(grown.capacityBytes)}`);
      } finally {
        await kept.close();
      }
    });

  command('move', help.storeMove, store)
    .addOption(dataOption())
    .requiredOption('--to <DIR>', help.storeTo)
    .option('--capacity <SIZE|max>', help.capacity, 'max')
    .option('--root-chip <FILE|board>', help.rootChip)
    .option('--board <ID>', help.formatBoard)
    .option('--json', help.json, false)
    .action(async ({ data, to, capacity, json, ...flags }: MoveFlags) => {
      const capacityBytes = parseSize(capacity);
      const rootChip = isOfTheBoard(flags) ? await chipOfTheBoard(world, flags) : flags.rootChip;
      const kept = await opened(data);
      try {
        await makeFolder(to);
        const openMap = (indexBytes: number) => LevelMap.open(path.join(to, INDEX_FOLDER), indexBytes);
        const disk = new NodeDisk(to);
        // Cut half-way, it would look like the whole store.
        const eraseEverything = await isFormatting(disk);
        if (eraseEverything) await rm(path.join(to, INDEX_FOLDER), { recursive: true, force: true });
        if (eraseEverything || !(await disk.exists(SUPERBLOCK))) await beginFormat(disk);
        const leaveBytes = await upgradeRoomBytes(world.home, to);
        const target = { disk, openMap, capacityBytes, leaveBytes, rootChip, eraseEverything, chance, wall };
        const moved = await moveStore(kept, target).catch(async (error: unknown) => {
          if (!(await disk.exists(SUPERBLOCK))) await endFormat(disk);
          throw error;
        });
        try {
          const breaches: string[] = [];
          for await (const breach of checkStore(moved)) breaches.push(breach);
          if (breaches.length > 0) throw new KikitomeError('STORE_BREACHES', `${to}: ${breaches[0]}`);
        } finally {
          await moved.close();
        }
        await endFormat(disk);
        if (json) sayJson({ data: to });
        else say(`${text.moved} ${to}`);
      } finally {
        await kept.close();
      }
    });

  command('dispose', help.dispose)
    .addOption(dataOption())
    .requiredOption('--by <NAME>', help.by)
    .requiredOption('--certificate <FILE>', help.certificate)
    .option('--even-held', help.evenHeld, false)
    .option('--json', help.json, false)
    .action(async (options: { data: string; by: string; certificate: string; evenHeld: boolean; json: boolean }) => {
      const { data, by, certificate, evenHeld, json } = options;
      const kept = await opened(data);
      let record: DisposalRecord;
      const { timeZone } = await officeRules(kept);
      try {
        // A certificate that cannot be written is found out before anything is destroyed.
        await writeFile(certificate, '', { mode: 0o600 }).catch((error: unknown) => {
          throw new KikitomeError('FILE_NOT_WRITTEN', certificate, { cause: error });
        });
        record = await disposeStore(kept, new NodeDisk(data), { wallMs: wall(), evenHeld });
      } finally {
        await kept.close();
      }
      await rm(path.join(data, INDEX_FOLDER), { recursive: true, force: true });
      const whole = { ...record, by, at: localIso(record.disposedWallMs, timeZone), method: METHOD };
      const lines = (each: Language) => certificateLines(whole, localIso(record.createdWallMs, timeZone), each);
      await writeFile(certificate, `${JSON.stringify(whole, null, 2)}\n`);
      await writeFile(`${certificate}.txt`, `${[...lines('ja'), '', '', ...lines('en')].join('\n')}\n`, {
        mode: 0o600,
      });
      if (json) sayJson(whole);
      else for (const line of lines(language)) say(line);
    });
}
