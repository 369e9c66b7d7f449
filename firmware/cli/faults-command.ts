import { KikitomeError } from '../errors.js';
import { FAULT_CATALOGUE, FAULT_CODES, faultNumber } from '../faults/catalogue.js';
import type { FaultCode } from '../faults/fault.js';
import type { FaultHistory, FaultReport } from '../faults/fault-report.js';
import { fits, paragraph, table } from './columns.js';
import { detailIn } from './japanese-details.js';
import type { Kit } from './kit.js';
import type { Language } from './language.js';
import { panelWordsIn } from './panel-words.js';
import { wordsIn } from './words.js';

/** As somebody looks them up. */
const BY_NUMBER = [...FAULT_CODES].sort((a, b) => (faultNumber(a) < faultNumber(b) ? -1 : 1));

interface FaultsFlags {
  readonly data: string;
  readonly json: boolean;
  readonly all: boolean;
  readonly history: boolean;
  readonly acknowledge?: string;
}

/** `faults`: what is wrong, in words; what can be; what was; and taking note of it. */
export function addFaultsCommand(kit: Kit): void {
  const { command, dataOption, help, language, say, sayJson, withRecordings } = kit;
  const { text } = panelWordsIn(language);

  command('faults', help.faults)
    .addOption(dataOption())
    .option('--all', help.faultsAll, false)
    .option('--history', help.faultsHistory, false)
    .option('--acknowledge <CODE|all>', help.faultsAcknowledge)
    .option('--json', help.json, false)
    .action(async ({ data, json, all, history, acknowledge }: FaultsFlags) => {
      if ([all, history, acknowledge !== undefined].filter(Boolean).length > 1)
        throw new KikitomeError('USAGE', 'either --all, or --history, or --acknowledge');
      if (all) {
        if (json) sayJson(BY_NUMBER.map((code) => catalogued(code, language)));
        else for (const line of BY_NUMBER.flatMap((code) => catalogueLines(code, language))) say(line);
        return;
      }
      await withRecordings(data, async (recordings) => {
        if (acknowledge !== undefined) {
          const noted = await recordings.acknowledge(acknowledge);
          if (json) sayJson({ acknowledged: noted });
          else say(`${text.acknowledged}: ${noted}`);
        } else if (history) {
          const found = await recordings.faultHistory();
          if (json) sayJson(found);
          else for (const line of historyLines(found, language)) say(line);
        } else {
          const report = await recordings.faults();
          const { notRunning, noFaults } = wordsIn(language).text;
          if (json) sayJson(report);
          else {
            if (!report.running) say(notRunning);
            else if (report.faults.length === 0) say(noFaults);
            for (const line of report.faults.flatMap((fault) => faultLines(fault, language))) say(line);
          }
        }
      });
    });
}

/** What is said of a fault, below its number. */
const below = (text: string): string[] => paragraph(text, '     ');

/** A title behind its number and code, or below them where it is too long. */
function headed(head: string, title: string): string[] {
  const [line = '', ...more] = paragraph(title, head);
  return more.length === 0 ? [line] : [head.trimEnd(), ...below(title)];
}

const clock = (iso: string): string => iso.slice(0, 19).replace('T', ' ');

function faultLines(
  { code, subject, since, active, acknowledged, times, detail }: FaultReport,
  language: Language,
): string[] {
  const { fault, severity, text } = panelWordsIn(language);
  const { title, meanwhile, remedy } = fault[code];
  const state = [active ? text.isThere : text.isOver, acknowledged ? text.noted : text.unnoted];
  const often = times > 1 ? [`${times} ${text.times}`] : [];
  const head = `${faultNumber(code)}  ${code}  ${subject}  `;
  const standing = [severity[FAULT_CATALOGUE[code].severity], ...state, `${text.since} ${clock(since)}`, ...often];
  return [
    ...headed(head, title),
    ...[
      standing.join(' · '),
      detailIn(language, detail),
      `${text.meanwhile}: ${meanwhile}`,
      `${text.remedy}: ${remedy}`,
    ].flatMap(below),
  ];
}

function catalogueLines(code: FaultCode, language: Language): string[] {
  const { fault, severity, text } = panelWordsIn(language);
  const { title, meanwhile, remedy } = fault[code];
  const entry = FAULT_CATALOGUE[code];
  const [group, unit] = entry.blinks;
  const blinks = `${text.blinks}: ${text.long} ${group} + ${text.short} ${unit}`;
  return [
    ...headed(`${faultNumber(code)}  ${code}  `, title),
    ...[
      [severity[entry.severity], blinks].join(' · '),
      `${text.meanwhile}: ${meanwhile}`,
      `${text.remedy}: ${remedy}`,
    ].flatMap(below),
  ];
}

const catalogued = (code: FaultCode, language: Language): unknown => ({
  code,
  number: faultNumber(code),
  ...FAULT_CATALOGUE[code],
  ...panelWordsIn(language).fault[code],
});

function historyLines({ earlier, events }: FaultHistory, language: Language): string[] {
  const { text } = panelWordsIn(language);
  const what = { 'fault-raised': text.raised, 'fault-cleared': text.cleared, 'fault-acknowledged': text.noteTaken };
  if (events.length === 0 && !earlier) return [text.noHistory];
  const before = earlier ? [`${clock(earlier.to)}  ${earlier.count} ${text.earlierEvents}`] : [];
  const told = events.map(({ detail, by, untold }) => {
    const more = untold > 0 ? `(${untold} ${text.untold})` : '';
    return [detail === null ? (by ?? '') : detailIn(language, detail), more].filter(Boolean).join(' ');
  });
  const heads = events.map(({ kind, at, code, subject }) => [clock(at), what[kind], code, subject]);
  const lines = table(heads.map((head, i) => [...head, told[i] ?? ''])).flatMap((line, i) =>
    fits(line) ? [line] : [...table([heads[i] ?? []]), ...paragraph(told[i] ?? '', ' '.repeat(21))],
  );
  return [...before, ...lines];
}
