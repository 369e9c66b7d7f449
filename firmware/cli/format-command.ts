import { StoreError } from '../../storage/errors.js';
import { KikitomeError } from '../errors.js';
import { DEFAULT_RULES, isTimeZone } from '../rules/office.js';
import { isRetentionRule } from '../rules/retention.js';
import { type FormatReport, type FormatRequest, format } from './format.js';
import { detailIn } from './japanese-details.js';
import type { Kit } from './kit.js';
import { chipOfTheBoard, isOfTheBoard, type RootChipFlags } from './root-chip.js';
import { parseSize, printSize } from './size.js';
import { wordsIn } from './words.js';
import type { World } from './world.js';

/** A chip's driver is there so long after power-on, or never. */
const CHIP_LATE_MS = 60_000;

interface FormatFlags extends RootChipFlags {
  readonly data: string;
  readonly capacity: string;
  readonly retention: string;
  readonly timeZone: string;
  readonly eraseEverything: boolean;
  readonly json: boolean;
}

export function addFormatCommand({ command, dataOption, help, language, say, sayJson, world }: Kit): void {
  const { text } = wordsIn(language);
  command('format', help.format)
    .addOption(dataOption())
    .option('--capacity <SIZE|max>', help.capacity, 'max')
    .option('--retention <RULE>', help.retentionRule, DEFAULT_RULES.retention)
    .option('--time-zone <ZONE>', help.timeZone, DEFAULT_RULES.timeZone)
    .option('--root-chip <FILE|board>', help.rootChip)
    .option('--board <ID>', help.formatBoard)
    .option('--erase-everything', help.eraseEverything, false)
    .option('--json', help.json, false)
    .action(async (options: FormatFlags) => {
      const { data: folder, eraseEverything, retention, rootChip, timeZone } = options;
      if (!isRetentionRule(retention)) throw new KikitomeError('RETENTION_UNKNOWN', JSON.stringify(retention));
      if (!isTimeZone(timeZone)) throw new KikitomeError('TIME_ZONE_UNKNOWN', JSON.stringify(timeZone));
      const onBoard = isOfTheBoard(options);
      const rules = { ...DEFAULT_RULES, retention, timeZone };
      const request = { folder, capacityBytes: parseSize(options.capacity), eraseEverything, rules };
      if (world.isTerminal) world.err.write(`${text.formatting}\n`);
      const tellInFile = (code: string, why: string): void => {
        const particulars = detailIn(language, why.replace(/\s+/g, ' '));
        world.err.write(`kikitome: ${code}: ${particulars}; ${text.rootInFile}\n`);
      };
      const report = onBoard
        ? await formatOnBoard(world, request, options, tellInFile)
        : await format(world, { ...request, rootChip });
      if (options.json) sayJson(report);
      else
        say(
          `${text.formatted} ${folder}: ${printSize(report.ringBytes)}; ${text.holds}: ${report.hours.toFixed(1)} ${text.hours}`,
        );
    });
}

/**
 * The root key on the board's chip, if it has one that can be had. Else in a file, and why is said on `err`: a box that formats
 * itself must record, and the key can be moved to a chip later. What stands on a chip is never overwritten. Right after power-on a
 * supervisor is to try again instead: a chip whose driver comes late is in no sandbox made before.
 */
async function formatOnBoard(
  world: World,
  request: Omit<FormatRequest, 'rootChip'>,
  flags: RootChipFlags,
  tellInFile: (code: string, why: string) => void,
): Promise<FormatReport> {
  let rootChip: string | undefined;
  try {
    rootChip = await chipOfTheBoard(world, flags);
    return await format(world, { ...request, rootChip });
  } catch (error) {
    if (!(error instanceof StoreError) || !error.code.startsWith('ROOT_CHIP_')) throw error;
    const isLate = rootChip !== undefined && error.code === 'ROOT_CHIP_MISSING';
    if (isLate && world.supervisor && world.clock.now() < CHIP_LATE_MS) throw error;
    const report = await format(world, request);
    tellInFile(error.code, error.message);
    return report;
  }
}
