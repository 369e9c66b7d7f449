import { faultNumber, type Severity } from '../faults/catalogue.js';
import type { FaultCode } from '../faults/fault.js';
import type { FaultWords } from '../faults/fault-words.js';
import { FAULT_WORDS_EN } from '../faults/words-en.js';
import { FAULT_WORDS_JA } from '../faults/words-ja.js';
import type { PanelMeaning } from '../panel/view.js';
import type { Language } from './language.js';

interface PanelWords {
  readonly meaning: Readonly<Record<PanelMeaning, string>>;
  readonly fault: Readonly<Record<FaultCode, FaultWords>>;
  readonly severity: Readonly<Record<Severity, string>>;
  readonly text: Readonly<Record<TextKey, string>>;
}

type TextKey =
  | 'blinks'
  | 'long'
  | 'short'
  | 'isThere'
  | 'isOver'
  | 'noted'
  | 'unnoted'
  | 'since'
  | 'times'
  | 'meanwhile'
  | 'remedy'
  | 'acknowledged'
  | 'raised'
  | 'cleared'
  | 'noteTaken'
  | 'untold'
  | 'earlierEvents'
  | 'noHistory'
  | 'panelKeys'
  | 'notShown';

const en: PanelWords = {
  meaning: {
    ready: 'ready',
    ringing: 'ringing',
    recording: 'recording',
    guidance: 'telling the caller',
    attention: 'needs attention: press the button, or kikitome faults',
    fault: 'fault',
    'stick-ready': 'a USB stick is ready: hold the button for two seconds',
    pin: 'enter the PIN',
    'pin-echo': 'a digit was taken',
    refused: 'wrong PIN',
    copying: 'copying to the USB stick',
    done: 'done: the USB stick may be pulled',
  },
  fault: FAULT_WORDS_EN,
  severity: { failure: 'failure', warning: 'warning', notice: 'notice' },
  text: {
    blinks: 'the lamp blinks',
    long: 'long',
    short: 'short',
    isThere: 'there now',
    isOver: 'over',
    noted: 'noted',
    unnoted: 'nobody has taken note',
    since: 'since',
    times: 'times',
    meanwhile: 'meanwhile',
    remedy: 'to do',
    acknowledged: 'faults taken note of',
    raised: 'came',
    cleared: 'went',
    noteTaken: 'noted',
    untold: 'changes before it not entered',
    earlierEvents: 'events before this had to make room',
    noHistory: 'the register knows of no fault',
    panelKeys: 'Space: press · B: hold 2 s · V: hold 8 s, switch off · 0-9 Enter C: keypad · Q: stop',
    notShown: 'not shown',
  },
};

const ja: PanelWords = {
  meaning: {
    ready: '待機中',
    ringing: '着信中',
    recording: '録音中',
    guidance: '相手に案内中',
    attention: '要確認。ボタンを押すか kikitome faults で見てください',
    fault: '異常',
    'stick-ready': 'USB メモリーの準備ができました。ボタンを 2 秒押してください',
    pin: '暗証番号を入れてください',
    'pin-echo': '1 桁受け取りました',
    refused: '暗証番号が違います',
    copying: 'USB メモリーへ取り出し中',
    done: '完了。USB メモリーを抜いて構いません',
  },
  fault: FAULT_WORDS_JA,
  severity: { failure: '障害', warning: '警告', notice: 'お知らせ' },
  text: {
    blinks: 'ランプの点滅',
    long: '長',
    short: '短',
    isThere: '継続中',
    isOver: '解消',
    noted: '確認済み',
    unnoted: '未確認',
    since: '発生',
    times: '回',
    meanwhile: 'この間',
    remedy: '対処',
    acknowledged: '確認した異常の数',
    raised: '発生',
    cleared: '解消',
    noteTaken: '確認',
    untold: '件の変化は記入を省略',
    earlierEvents: '件の古い記録は要約されました',
    noHistory: '記録簿に異常の記録はありません',
    panelKeys: 'Space: 押す · B: 2 秒押す · V: 8 秒押す(電源断) · 0-9 Enter C: テンキー · Q: 終了',
    notShown: '件省略',
  },
};

/** What is said of the panel and of faults. */
export const panelWordsIn = (language: Language): PanelWords => (language === 'ja' ? ja : en);

/** What the lamp means, in a line. */
export function lampWords(
  { meaning, code }: { readonly meaning: PanelMeaning; readonly code: FaultCode | null },
  language: Language,
): string {
  const words = panelWordsIn(language);
  if (code === null) return words.meaning[meaning];
  const fault = `${words.meaning.fault} ${faultNumber(code)}: ${words.fault[code].title}`;
  return meaning === 'fault' ? fault : `${words.meaning[meaning]} · ${fault}`;
}
