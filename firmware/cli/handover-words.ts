import type { PinGate } from '../pin/pin.js';
import type { MissingCall } from '../retrieval/manifest.js';
import type { PinQuestion, RetrievalState } from '../retrieval/state.js';
import type { Language } from './language.js';

interface HandoverWords {
  readonly asks: Readonly<Record<PinQuestion, string>>;
  readonly missing: Readonly<Record<MissingCall['why'], string>>;
  readonly gate: (gate: PinGate) => string;
  readonly seconds: string;
  readonly text: Readonly<
    Record<
      | 'nothingNamed'
      | 'named'
      | 'cleared'
      | 'notThere'
      | 'newPin'
      | 'newPinAgain'
      | 'code'
      | 'pinSet'
      | 'pinUnlocked'
      | 'wrongPin'
      | 'wrongPins'
      | 'noSticks'
      | 'pluggedIn'
      | 'allowed'
      | 'notAllowed'
      | 'forgotten'
      | 'stickReady'
      | 'codeOnTheLamp'
      | 'refused'
      | 'copying'
      | 'done'
      | 'failed',
      string
    >
  >;
}

const en: HandoverWords = {
  asks: { pin: 'PIN', code: 'the code shown', new: 'new PIN', again: 'new PIN again' },
  missing: { erased: 'erased', damaged: 'damaged', unknown: 'unknown' },
  gate: (gate) =>
    ({ unset: 'no PIN yet', open: 'may be tried', locked: 'locked; kikitome pin unlock', wait: 'must wait' })[
      gate.kind
    ] + (gate.kind === 'wait' ? ` ${Math.ceil(gate.waitMs / 1000)} s` : ''),
  seconds: 's',
  text: {
    nothingNamed: 'nothing is named to be handed over',
    named: 'to be handed over',
    cleared: 'nothing is to be handed over any more',
    notThere: 'no longer there',
    newPin: 'New PIN (6-16 digits, not shown): ',
    newPinAgain: 'The same again: ',
    code: 'The code that the box shows: ',
    pinSet: 'the PIN is set',
    pinUnlocked: 'wrong PINs are forgotten',
    wrongPin: 'wrong PIN',
    wrongPins: 'wrong in a row',
    noSticks: 'no stick is allowed: none is used until one is (kikitome stick allow)',
    pluggedIn: 'plugged in',
    allowed: 'allowed',
    notAllowed: 'not allowed',
    forgotten: 'forgotten',
    stickReady: 'USB stick ready: press long (or enter on the keypad) and enter the PIN',
    codeOnTheLamp: 'no PIN yet: the box shows a code',
    refused: 'no PIN is taken now',
    copying: 'copying to the USB stick',
    done: 'copied, read back and compared: the USB stick may be pulled',
    failed: 'not handed over',
  },
};

const ja: HandoverWords = {
  asks: { pin: '暗証番号', code: '表示されたコード', new: '新しい暗証番号', again: '新しい暗証番号(もう一度)' },
  missing: { erased: '消去済み', damaged: '損傷', unknown: '該当なし' },
  gate: (gate) =>
    ({ unset: '暗証番号は未設定', open: '入力可', locked: 'ロック中。kikitome pin unlock で解除', wait: '待機中' })[
      gate.kind
    ] + (gate.kind === 'wait' ? ` あと ${Math.ceil(gate.waitMs / 1000)} 秒` : ''),
  seconds: '秒',
  text: {
    nothingNamed: '取り出す録音は指定されていません',
    named: '取り出す録音',
    cleared: '取り出しの指定を取り消しました',
    notThere: '失われたもの',
    newPin: '新しい暗証番号(6〜16 桁、表示しません): ',
    newPinAgain: 'もう一度: ',
    code: '本体が示すコード: ',
    pinSet: '暗証番号を設定しました',
    pinUnlocked: '誤入力の記録を消しました',
    wrongPin: '暗証番号が違います',
    wrongPins: '続けて誤った回数',
    noSticks: '許可した USB メモリーがありません。許可するまで使えません(kikitome stick allow)',
    pluggedIn: '差し込み中',
    allowed: '許可',
    notAllowed: '未許可',
    forgotten: '許可を取り消しました',
    stickReady: 'USB メモリーの準備ができました。長押し(またはテンキーの Enter)して暗証番号を入力してください',
    codeOnTheLamp: '暗証番号が未設定です。本体がコードを示しています',
    refused: '今は暗証番号を受け付けません',
    copying: 'USB メモリーへ取り出し中',
    done: '取り出して読み戻し、照合しました。USB メモリーを抜いて構いません',
    failed: '取り出せませんでした',
  },
};

/** Words of handing over, and one line for how far it has come; null where there is nothing to say. */
export function handoverWordsIn(language: Language): HandoverWords & {
  /** `watched`: somebody is looking, and nothing is written down: the code may be told. */
  readonly stateLine: (state: RetrievalState, watched: boolean) => string | null;
} {
  const words = language === 'ja' ? ja : en;
  return { ...words, stateLine: (state, watched) => stateLine(words, state, watched) };
}

function stateLine({ text, asks, seconds }: HandoverWords, state: RetrievalState, watched: boolean): string | null {
  switch (state.phase) {
    case 'idle':
      return null;
    case 'stick-ready':
      return text.stickReady;
    case 'pin': {
      if (state.shown !== undefined) return `${text.codeOnTheLamp}${watched ? `: ${state.shown}` : ''}`;
      if (state.wrong) return text.wrongPin;
      return `${asks[state.asks ?? 'pin']}${watched ? ` ${'•'.repeat(state.digits)}` : ''}`;
    }
    case 'refused':
      return `${text.refused}${state.waitMs === 'locked' ? '' : ` (${Math.ceil(state.waitMs / 1000)} ${seconds})`}`;
    case 'copying':
      return `${text.copying}${watched ? ` ${state.filesDone}/${state.files}` : ''}`;
    case 'done':
      return `${text.done} (${state.files})`;
    case 'failed':
      return `${text.failed}: ${state.code}`;
  }
}
