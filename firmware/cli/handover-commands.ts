import type { CallQuery } from '../call-query.js';
import { KikitomeError } from '../errors.js';
import type { CollectionReport, Handover, SticksReport } from '../retrieval/handover.js';
import { addCallQuery } from './call-query-options.js';
import { callTable } from './call-table.js';
import { handoverWordsIn } from './handover-words.js';
import type { Kit } from './kit.js';
import { askHidden, lineFrom } from './secret-input.js';
import { handoverIn } from './session.js';
import { printSize } from './size.js';

interface Common {
  readonly data: string;
  readonly json: boolean;
}

/** `collect`, `pin`, `stick`: what is handed over, with which PIN, to which sticks. */
export function addHandoverCommands(kit: Kit): void {
  addCollectCommand(kit);
  addPinCommand(kit);
  addStickCommand(kit);
}

function addCollectCommand({ command, dataOption, help, language, say, sayJson, world }: Kit): void {
  const { text, missing } = handoverWordsIn(language);
  const show = (report: CollectionReport | null): void => {
    if (report === null) {
      say(text.nothingNamed);
      return;
    }
    if (report.calls.length > 0) for (const row of callTable(report.calls, language)) say(row);
    for (const { number, why } of report.missing) say(`${text.notThere}: ${number} (${missing[why]})`);
    const reason = report.reason === null ? '' : ` - ${report.reason}`;
    say(`${text.named}: ${report.calls.length} (${printSize(report.bytes)})${reason}`);
  };
  const collect = command('collect', help.collect).argument('[ID...]', help.collectIds).addOption(dataOption());
  addCallQuery(collect, help)
    .option('--reason <TEXT>', help.collectReason)
    .option('--clear', help.collectClear, false)
    .option('--json', help.json, false)
    .action(async (which: string[], options: Common & { clear: boolean; reason?: string } & CallQuery) => {
      const { data, json, clear, reason = null, from, to, number, direction, line, handler, text: memo } = options;
      const query = { from, to, number, direction, line, handler, text: memo };
      const asked = Object.values(query).some((each) => each !== undefined);
      if ([clear, asked, which.length > 0].filter(Boolean).length > 1) {
        throw new KikitomeError('USAGE', 'either IDs, or what to look for, or --clear');
      }
      await using(handoverIn(data, world), async (handover) => {
        if (!asked && which.length === 0 && reason !== null) {
          throw new KikitomeError('USAGE', '--reason goes with what is to be handed over');
        }
        if (clear) await handover.clearCollection();
        const names = asked || which.length > 0;
        const report = names ? await handover.collect({ query, which, reason }) : await handover.collection();
        if (json) sayJson(report);
        else if (clear) say(text.cleared);
        else show(report);
      });
    });
}

function addPinCommand({ command, dataOption, help, language, say, sayJson, world }: Kit): void {
  const { text, gate } = handoverWordsIn(language);
  const pin = command('pin', help.pin);
  command('set', help.pinSet, pin)
    .addOption(dataOption())
    .option('--stdin', help.pinStdin, false)
    .option('--code <CODE>', help.pinCode)
    .option('--json', help.json, false)
    .action(({ data, json, stdin, code }: Common & { stdin: boolean; code?: string }) =>
      using(handoverIn(data, world), async (handover) => {
        const { needsCode } = await handover.pinStatus();
        const atTheBox = code ?? (needsCode && !stdin ? await askHidden(world, text.code) : null);
        await handover.setPin(await newPin(stdin), atTheBox);
        if (json) sayJson(await handover.pinStatus());
        else say(text.pinSet);
      }),
    );
  const newPin = async (stdin: boolean): Promise<string> => {
    if (stdin) return lineFrom(world.input);
    const typed = await askHidden(world, text.newPin);
    if ((await askHidden(world, text.newPinAgain)) !== typed) {
      throw new KikitomeError('USAGE', 'the two are not the same; nothing was changed');
    }
    return typed;
  };
  command('unlock', help.pinUnlock, pin)
    .addOption(dataOption())
    .option('--json', help.json, false)
    .action(({ data, json }: Common) =>
      using(handoverIn(data, world), async (handover) => {
        await handover.unlockPin();
        if (json) sayJson(await handover.pinStatus());
        else say(text.pinUnlocked);
      }),
    );
  command('status', help.pinStatus, pin)
    .addOption(dataOption())
    .option('--json', help.json, false)
    .action(({ data, json }: Common) =>
      using(handoverIn(data, world), async (handover) => {
        const status = await handover.pinStatus();
        if (json) sayJson(status);
        else say(`${gate(status.gate)}; ${text.wrongPins}: ${status.failures}`);
      }),
    );
}

function addStickCommand({ command, dataOption, help, language, say, sayJson, world }: Kit): void {
  const { text } = handoverWordsIn(language);
  const stickLines = (allowed: readonly string[], plugged: SticksReport['plugged']): string[] => {
    const listed = allowed.length === 0 ? [text.noSticks] : allowed;
    if (plugged === null) return [...listed];
    const { vendor, product, serial } = plugged;
    const may = plugged.allowed ? text.allowed : text.notAllowed;
    return [...listed, `${text.pluggedIn}: ${vendor} ${product} ${serial} (${may})`];
  };
  const stick = command('stick', help.stick);
  command('list', help.stickList, stick)
    .addOption(dataOption())
    .option('--json', help.json, false)
    .action(({ data, json }: Common) =>
      using(handoverIn(data, world), async (handover) => {
        const { allowed, plugged } = await handover.sticks();
        if (json) sayJson({ allowed, plugged });
        else for (const line of stickLines(allowed, plugged)) say(line);
      }),
    );
  command('allow', help.stickAllow, stick)
    .argument('[SERIAL]', help.stickSerial)
    .addOption(dataOption())
    .option('--plugged', help.stickPlugged, false)
    .option('--json', help.json, false)
    .action((serial: string | undefined, { data, json, plugged }: Common & { plugged: boolean }) =>
      using(handoverIn(data, world), async (handover) => {
        if ((serial === undefined) === !plugged) throw new KikitomeError('USAGE', 'either SERIAL or --plugged');
        const allowed = await handover.allowStick(serial ?? null);
        if (json) sayJson({ allowed });
        else say(`${text.allowed}: ${allowed}`);
      }),
    );
  command('forget', help.stickForget, stick)
    .argument('<SERIAL>', help.stickSerial)
    .addOption(dataOption())
    .option('--json', help.json, false)
    .action((serial: string, { data, json }: Common) =>
      using(handoverIn(data, world), async (handover) => {
        await handover.forgetStick(serial);
        if (json) sayJson({ forgotten: serial });
        else say(`${text.forgotten}: ${serial}`);
      }),
    );
}

async function using(opening: Promise<Handover>, task: (handover: Handover) => Promise<void>): Promise<void> {
  const handover = await opening;
  try {
    await task(handover);
  } finally {
    await handover.close();
  }
}
