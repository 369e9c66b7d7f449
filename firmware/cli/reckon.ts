import type { DayReckoning } from '../reckon/day-reckoning.js';
import type { Kit } from './kit.js';
import type { Language } from './language.js';
import { wordsIn } from './words.js';

/** `reckon`: whether everything that was seen on the lines on a day has been accounted for. */
export function addReckonCommand(kit: Kit): void {
  const { command, dataOption, help, language, say, sayJson, withRecordings } = kit;
  command('reckon', help.reckon)
    .addOption(dataOption())
    .option('--day <YYYY-MM-DD>', help.day)
    .option('--json', help.json, false)
    .action(({ data, day, json }: { data: string; day?: string; json: boolean }) =>
      withRecordings(data, async (recordings) => {
        const reckoning = await recordings.reckon(day);
        if (json) sayJson(reckoning);
        else for (const line of reckoningLines(reckoning, language)) say(line);
      }),
    );
}

/** The day in one line, then what is unexplained, then when nobody watched. */
function reckoningLines(reckoning: DayReckoning, language: Language): string[] {
  const { text } = wordsIn(language);
  const { day, calls, recordings, missed, unexplained, unexplainedListed, notWatched, notWatchedUnlisted, lines } =
    reckoning;
  const counts: [number, string][] = [
    [calls, text.reckonCalls],
    [recordings, text.reckonRecordings],
    [missed, text.reckonMissed],
    [unexplained, text.reckonUnexplained],
  ];
  const sum = counts.map(([count, word]) => (language === 'ja' ? `${word} ${count} 件` : `${count} ${word}`));
  const said = [`${sum.join(language === 'ja' ? '、' : ', ')} (${day})`];
  if (lines.length === 0) return [...said, `  ${text.noLines}`];
  const time = (iso: string): string => (iso.startsWith(day) ? iso.slice(11, 19) : '24:00:00');
  for (const { line, kind, from, to } of unexplainedListed) {
    said.push(
      `  ${line}: ${kind === 'off-hook' ? text.offHook : text.rang}, ${from.slice(11, 23)} – ${to.slice(11, 23)}`,
    );
  }
  const unlisted = unexplained - unexplainedListed.length;
  if (unlisted > 0) said.push(`  ${text.more}: ${unlisted}`);
  for (const { line, from, to } of notWatched) said.push(`  ${line}: ${text.notWatched}, ${time(from)} – ${time(to)}`);
  if (notWatchedUnlisted > 0) said.push(`  ${text.notWatched}, ${text.more}: ${notWatchedUnlisted}`);
  return said;
}
