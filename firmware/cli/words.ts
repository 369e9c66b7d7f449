import type { CallRecord } from '../call/call-record.js';
import type { Absence, ToneName } from '../signal/events.js';
import type { Language } from './language.js';

interface Words {
  readonly lineState: Readonly<Record<'idle' | 'ringing' | 'recording', string>>;
  readonly outcome: Readonly<Record<NonNullable<CallRecord['outcome']> | 'recording', string>>;
  readonly direction: Readonly<Record<'inbound' | 'outbound', string>>;
  readonly absence: Readonly<Record<Absence, string>>;
  readonly tone: Readonly<Record<ToneName, string>>;
  readonly heading: readonly [
    number: string,
    line: string,
    start: string,
    length: string,
    what: string,
    party: string,
    bytes: string,
  ];
  readonly text: Readonly<Record<TextKey, string>>;
}

type TextKey =
  | 'noCalls'
  | 'calls'
  | 'lamp'
  | 'notRunning'
  | 'noFaults'
  | 'recordings'
  | 'holds'
  | 'oldest'
  | 'early'
  | 'rootBestEffort'
  | 'rootEffaceable'
  | 'rootInFile'
  | 'pinsBySysfs'
  | 'formatted'
  | 'formatting'
  | 'clean'
  | 'wrote'
  | 'recordingOn'
  | 'stopped'
  | 'demoIntro'
  | 'demoKept'
  | 'demoListen'
  | 'rebuilt'
  | 'held'
  | 'released'
  | 'wouldGo'
  | 'areDue'
  | 'retentionIs'
  | 'retentionRule'
  | 'clockBelieved'
  | 'clockMissing'
  | 'grown'
  | 'moved'
  | 'holdsTake'
  | 'of'
  | 'forecast'
  | 'days'
  | 'hours'
  | 'heardNothing'
  | 'keys'
  | 'callerId'
  | 'calledNumber'
  | 'redirectedFrom'
  | 'reckonCalls'
  | 'reckonRecordings'
  | 'reckonMissed'
  | 'reckonUnexplained'
  | 'offHook'
  | 'rang'
  | 'notWatched'
  | 'more'
  | 'noLines';

const en: Words = {
  lineState: { idle: 'idle', ringing: 'ringing', recording: 'recording' },
  outcome: {
    answered: 'answered',
    missed: 'missed',
    abandoned: 'abandoned',
    interrupted: 'interrupted',
    recording: 'recording',
  },
  direction: { inbound: 'in', outbound: 'out' },
  absence: {
    withheld: 'withheld',
    'public-telephone': 'public telephone',
    unavailable: 'unavailable',
    'service-conflict': 'service conflict',
  },
  tone: { dial: 'dial tone', 'dial-interrupted': 'second dial tone', ringback: 'ringback', busy: 'busy tone' },
  heading: ['No.', 'line', 'began', 'length', 'call', 'other party', 'audio'],
  text: {
    noCalls: 'no calls',
    calls: 'calls',
    lamp: 'lamp',
    notRunning: 'no recorder is running on this store',
    noFaults: 'no faults',
    recordings: 'recordings kept',
    holds: 'the ring holds, at 32 kbit/s on one line',
    oldest: 'oldest',
    early: 'gone early because the ring was full',
    rootBestEffort: 'erasure: best effort (the root key is in a file; flash may keep old copies)',
    rootEffaceable: 'erasure: the root key is on a medium that forgets',
    rootInFile:
      'the root key is in a file instead; kikitome store move --root-chip board moves the store to another medium and the key to the chip later',
    pinsBySysfs:
      'the kernel is older than 5.10; pins are taken by sysfs (onoff), tried on simulated pins only: no pull resistors are set, fast edges may be missed, outputs stay as they are when the recorder dies',
    formatted: 'store made in',
    formatting: 'writing the whole store once; this takes a while for a large one',
    clean: 'every invariant holds',
    wrote: 'wrote',
    recordingOn: 'recording on',
    stopped: 'stopped; calls kept since the start',
    demoIntro: 'An office morning on the virtual board, recorded for real',
    demoKept: 'What was kept',
    demoListen: 'Listen to one',
    rebuilt: 'the index was rebuilt from the ring',
    held: 'held: call',
    released: 'released: call',
    wouldGo: 'recordings would go at once',
    areDue: 'recordings are due at once',
    retentionIs: 'retention is now',
    retentionRule: 'retention',
    clockBelieved: 'the clock is believed again',
    clockMissing: 'noted; people still to confirm',
    grown: 'the store has grown to',
    moved: 'moved and checked; the old store is untouched. Dispose of it when you are sure. New:',
    holdsTake: 'holds take',
    of: 'of',
    forecast: "at this week's rate the ring holds",
    days: 'days',
    hours: 'h',
    heardNothing: 'nothing',
    keys: 'keys',
    callerId: 'caller ID',
    calledNumber: 'for',
    redirectedFrom: 'redirected from',
    reckonCalls: 'calls',
    reckonRecordings: 'recordings',
    reckonMissed: 'missed',
    reckonUnexplained: 'unexplained',
    offHook: 'off-hook, unexplained',
    rang: 'ringing, unexplained',
    notWatched: 'no recorder watched',
    more: 'more',
    noLines: 'no recorder has ever watched a line for this store',
  },
};

const ja: Words = {
  lineState: { idle: '待機', ringing: '着信', recording: '録音' },
  outcome: { answered: '応答', missed: '不在', abandoned: '発信せず', interrupted: '中断', recording: '録音中' },
  direction: { inbound: '着信', outbound: '発信' },
  absence: {
    withheld: '非通知',
    'public-telephone': '公衆電話',
    unavailable: '表示圏外',
    'service-conflict': 'サービス競合',
  },
  tone: { dial: '発信音', 'dial-interrupted': '第二発信音', ringback: '呼出音', busy: '話中音' },
  heading: ['番号', '回線', '開始', '長さ', '通話', '相手', '音声'],
  text: {
    noCalls: '通話はありません',
    calls: '件',
    lamp: 'ランプ',
    notRunning: 'この保存領域で動いている録音機はありません',
    noFaults: '異常なし',
    recordings: '保存中の録音',
    holds: '保存できる長さ(32 kbit/s、1 回線)',
    oldest: '最も古い録音',
    early: '容量不足で期限前に消えた録音',
    rootBestEffort: '消去: 確実ではありません(主鍵はファイルにあり、フラッシュに古い写しが残ることがあります)',
    rootEffaceable: '消去: 主鍵は確実に消える媒体にあります',
    rootInFile:
      '主鍵は代わりにファイルに置きました。あとで kikitome store move --root-chip board で、保存領域を別の媒体に、主鍵をチップに移せます',
    pinsBySysfs:
      'カーネルが 5.10 より古いため、ピンを sysfs(onoff)で扱います。模擬のピンでしか試していません。プルアップは設定されず、速いエッジは見落とすことがあり、録音機が落ちても出力は元に戻りません',
    formatted: '保存領域を作りました',
    formatting: '保存領域の全体に一度書き込みます。大きいと時間がかかります',
    clean: 'すべての不変条件が守られています',
    wrote: '書き出しました',
    recordingOn: '録音を始めました',
    stopped: '停止しました。開始からの通話数',
    demoIntro: '仮想ボードで過ごす役場の朝。録音は本物です',
    demoKept: '残ったもの',
    demoListen: '聞いてみるには',
    rebuilt: '索引をリングから作り直しました',
    held: '保全しました: 通話',
    released: '保全を解きました: 通話',
    wouldGo: '件の録音がすぐに消えます',
    areDue: '件の録音の期限が過ぎています',
    retentionIs: '保存期間を変えました:',
    retentionRule: '保存期間',
    clockBelieved: '時計を再び信用します',
    clockMissing: '記録しました。あと必要な確認人数',
    grown: '保存領域を広げました:',
    moved: '移して確認しました。元の保存領域はそのままです。確かめてから廃棄してください。移動先:',
    holdsTake: '保全の使用量',
    of: '/',
    forecast: '今のペースで保存できる日数',
    days: '日',
    hours: '時間',
    heardNothing: '信号なし',
    keys: 'プッシュ信号',
    callerId: '発信者番号',
    calledNumber: '着番号',
    redirectedFrom: '転送元',
    reckonCalls: '通話',
    reckonRecordings: '録音',
    reckonMissed: '不在',
    reckonUnexplained: '説明のつかないもの',
    offHook: 'オフフック(説明がつかない)',
    rang: '呼出(説明がつかない)',
    notWatched: '録音機が見ていない時間',
    more: 'ほかに',
    noLines: 'この保存領域で回線を見た録音機はまだありません',
  },
};

export const wordsIn = (language: Language): Words => (language === 'ja' ? ja : en);
