import { faultNumber } from '../faults/catalogue.js';
import type { StatusReport } from '../recordings.js';
import { printLength } from './call-table.js';
import { detailIn } from './japanese-details.js';
import type { Language } from './language.js';
import { machineLines } from './machine-words.js';
import { lampWords, panelWordsIn } from './panel-words.js';
import { printSize } from './size.js';
import { wordsIn } from './words.js';

/** What the lamp means, and how the store stands, in words. */
export function statusLines({ recorder, store, rules }: StatusReport, language: Language): string[] {
  const words = wordsIn(language);
  const { text } = words;
  const panel = panelWordsIn(language);
  const lines: string[] = [];
  if (recorder) {
    lines.push(`${text.lamp}: ${lampWords(recorder, language)}`);
    for (const { id, state, levelDbm0 } of recorder.lines) {
      lines.push(`  ${id}: ${words.lineState[state]}, ${levelDbm0.toFixed(0)} dBm0`);
    }
    for (const { code, subject, detail, active } of recorder.faults) {
      const over = active ? '' : ` [${panel.text.isOver}, ${panel.text.unnoted}]`;
      lines.push(
        `  ! ${faultNumber(code)} ${code} ${subject}: ${panel.fault[code].title} (${detailIn(language, detail)})${over}`,
      );
    }
    if (recorder.faults.length === 0) lines.push(`  ${text.noFaults}`);
    lines.push(...machineLines(recorder.machine, language));
  } else {
    lines.push(text.notRunning);
  }
  lines.push(`${text.recordings}: ${store.recordings} (${printLength(store.recordedMs)})`);
  if (store.oldestAt) lines.push(`${text.oldest}: ${store.oldestAt.slice(0, 19).replace('T', ' ')}`);
  lines.push(`${text.early}: ${store.earlyByCapacity}`);
  lines.push(`${text.holds}: ${store.hoursAt32kbps.toFixed(1)} ${text.hours} (${printSize(store.ringBytes)})`);
  if (store.forecastDays !== null) lines.push(`${text.forecast}: ${store.forecastDays.toFixed(0)} ${text.days}`);
  lines.push(`${text.holdsTake}: ${printSize(store.heldBytes)} ${text.of} ${printSize(store.holdBudgetBytes)}`);
  lines.push(`${text.retentionRule}: ${rules.retention} (${rules.timeZone})`);
  lines.push(store.rootKey === 'effaceable' ? text.rootEffaceable : text.rootBestEffort);
  return lines;
}
