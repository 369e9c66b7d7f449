import { StoreError } from '../../storage/errors.js';
import { KikitomeError } from '../errors.js';
import { DEFAULT_RULES, isTimeZone } from '../rules/office.js';
import { isRetentionRule } from '../rules/retention.js';
import { type FormatReport, type FormatRequest, format } from './format.js';
import { detailIn } from './japanese-details.js';
import type { Kit } from './kit.js';
import { parseSize, printSize } from './size.js';
import { wordsIn } from './words.js';
import type { World } from './world.js';

/** In place of a file: whatever chip the board has for it. */
const OF_THE_BOARD = 'board';
/** A chip's driver is there so long after power-on, or never. */
const CHIP_LATE_MS = 60_000;

interface FormatFlags {
  readonly data: string;
  readonly capacity: string;
  readonly retention: string;
  readonly timeZone: string;
  readonly rootChip?: string;
  readonly board?: string;
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
      const { data: folder, eraseEverything, retention, rootChip, board, timeZone } = options;
      if (!isRetentionRule(retention)) throw new KikitomeError('RETENTION_UNKNOWN', JSON.stringify(retention));
      if (!isTimeZone(timeZone)) throw new KikitomeError('TIME_ZONE_UNKNOWN', JSON.stringify(timeZone));
      if (rootChip === '') throw new KikitomeError('USAGE', '--root-chip wants a file, or board');
      if (board !== undefined && rootChip !== OF_THE_BOARD)
        throw new KikitomeError('USAGE', '--board goes with --root-chip board');
      const rules = { ...DEFAULT_RULES, retention, timeZone };
      const request = { folder, capacityBytes: parseSize(options.capacity), eraseEverything, rules };
      if (world.isTerminal) world.err.write(`${text.formatting}\n`);
      const tellInFile = (code: string, why: string): void => {
        const particulars = detailIn(language, why.replace(/\s+/g, ' '));
        world.err.write(`kikitome: ${code}: ${particulars}; ${text.rootInFile}\n`);
      };
      const report =
        rootChip === OF_THE_BOARD
          ? await formatOnBoard(world, request, board ?? 'auto', tellInFile)
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
  board: string,
  tellInFile: (code: string, why: string) => void,
): Promise<FormatReport> {
  const { chosen } = await world.surveyBoards(board);
  const rootChip = chosen?.keyMemory ?? undefined;
  if (rootChip === undefined) {
    const why = chosen === null ? 'no board is found' : `board ${chosen.id} has no chip for it`;
    const report = await format(world, request);
    tellInFile('ROOT_CHIP_MISSING', why);
    return report;
  }
  try {
    return await format(world, { ...request, rootChip });
  } catch (error) {
    if (!(error instanceof StoreError) || !error.code.startsWith('ROOT_CHIP_')) throw error;
    if (error.code === 'ROOT_CHIP_MISSING' && world.supervisor && world.clock.now() < CHIP_LATE_MS) throw error;
    tellInFile(error.code, error.message);
    return await format(world, request);
  }
}
