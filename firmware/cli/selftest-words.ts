import type { FindingCode, StepName, StepResult, Verdict } from '../selftest/step.js';
import { table } from './columns.js';
import type { Language } from './language.js';

interface SelftestWords {
  readonly about: string;
  readonly nonInteractive: string;
  readonly lamp: string;
  readonly press: string;
  readonly answers: string;
  readonly step: Readonly<Record<StepName, string>>;
  readonly verdict: Readonly<Record<Verdict, string>>;
  readonly finding: Readonly<Record<FindingCode, string>>;
  /** What stands for a value. */
  readonly value: Readonly<Record<string, string>>;
}

export const SELFTEST_WORDS: Readonly<Record<Language, SelftestWords>> = {
  ja: {
    about: '回線・音・ランプ・ボタン・USB メモリー・時計を試す(録音機は止めておく)',
    nonInteractive: '人に尋ねない(見る、押すものは省略)',
    lamp: 'ランプを見てください。緑、赤、橙と光ります。',
    press: '20 秒以内にボタンを押してください。',
    answers: 'ランプは緑、赤、橙と光りましたか? [y/n]',
    step: {
      line: '回線',
      voltage: '回線電圧',
      sound: '音',
      modem: 'モデム',
      lamp: 'ランプ',
      button: 'ボタン',
      stick: 'USB メモリー',
      clock: '時計',
      'battery-clock': '電池の時計',
      watchdog: 'ウォッチドッグ',
    },
    verdict: { pass: '合格', fail: '不合格', skipped: '省略', absent: 'なし' },
    finding: {
      none: '',
      error: '%',
      ended: 'その前に終わりました',
      hook: '受話器は%',
      fed: '電圧があります',
      'not-fed': '電圧がありません。壁の差込口とケーブルを確かめてください',
      peak: '最大 % / 32768',
      'no-samples': '% 秒待っても 1 秒ぶんの音が来ません',
      'modem-ready': '応答しました',
      'modem-silent': '% 秒待っても応答しません',
      'lamp-shown': '緑、赤、橙と光らせました。見た人に尋ねていません',
      'lamp-seen': '緑、赤、橙と光りました',
      'lamp-unseen': '光らなかったとのことです',
      unasked: '押す人に尋ねていません',
      unanswered: '返事がありません',
      pressed: '押されました',
      'not-pressed': '% 秒のうちに押されませんでした',
      'stick-in': '挿さっています',
      'stick-refused': '差込口は見えます。挿さっているものは使えません(%)',
      'no-stick': '差込口は見えます。挿さっていません',
      trust: '%',
      battery: '%',
      'battery-off': '本体と % 秒ずれています',
      watchdog: '%',
    },
    value: {
      'on-hook': '置かれています',
      'off-hook': '上がっています',
      synchronised: '同期済み',
      'free-running': '同期していません',
      unset: '合っていません',
      kept: '時刻を保っています',
      lost: '時刻を失っています。電池を替え、時刻を合わせてください',
      missing: '見つかりません。配線と config.txt を確かめてください',
      active: '動いています',
      inactive: '動いていません',
      unknown: 'カーネルが示しません',
      'not-storage': 'USB メモリーではない',
      'no-volume': 'ファイルシステムがない',
      'file-system': '知らないファイルシステム',
      'write-protected': '書き込み禁止',
    },
  },
  en: {
    about: 'try line, sound, lamp, button, stick and clock of this box; not while the recorder runs',
    nonInteractive: 'ask nobody: what a person would have to see or press is skipped',
    lamp: 'Look at the lamp. It shows green, red, amber.',
    press: 'Press the button within 20 s.',
    answers: 'Did the lamp show green, red, amber? [y/n]',
    step: {
      line: 'line',
      voltage: 'voltage',
      sound: 'sound',
      modem: 'modem',
      lamp: 'lamp',
      button: 'button',
      stick: 'stick',
      clock: 'clock',
      'battery-clock': 'battery clock',
      watchdog: 'watchdog',
    },
    verdict: { pass: 'pass', fail: 'FAIL', skipped: 'skipped', absent: 'absent' },
    finding: {
      none: '',
      error: '%',
      ended: 'it was over before',
      hook: 'the handset is %',
      fed: 'there is voltage',
      'not-fed': 'no voltage: check the wall socket and the cable',
      peak: 'peak % of 32768',
      'no-samples': 'less than 1 s of sound in % s',
      'modem-ready': 'it answers',
      'modem-silent': 'no answer in % s',
      'lamp-shown': 'green, red, amber shown; nobody was asked',
      'lamp-seen': 'green, red, amber seen',
      'lamp-unseen': 'it was not seen to light',
      unasked: 'nobody was asked to press it',
      unanswered: 'nobody answered',
      pressed: 'pressed',
      'not-pressed': 'not pressed in % s',
      'stick-in': 'one is in',
      'stick-refused': 'the socket is seen; what is in cannot be used (%)',
      'no-stick': 'the socket is seen; no stick is in',
      trust: '%',
      battery: '%',
      'battery-off': '% s away from the system',
      watchdog: '%',
    },
    value: {
      'on-hook': 'down',
      'off-hook': 'up',
      synchronised: 'synchronised',
      'free-running': 'not synchronised',
      unset: 'not set',
      kept: 'kept the time',
      lost: 'has lost the time: change its battery, then set the time',
      missing: 'not there: check its wires and config.txt',
      active: 'active',
      inactive: 'not active',
      unknown: 'the kernel does not say',
      'not-storage': 'no USB stick',
      'no-volume': 'no file system on it',
      'file-system': 'a file system that is not known',
      'write-protected': 'write-protected',
    },
  },
};

/** A line for each part. */
export function selftestLines(results: readonly StepResult[], language: Language): string[] {
  const { step: steps, verdict: verdicts, finding: findings, value: values } = SELFTEST_WORDS[language];
  return table(
    results.map(({ step, line, verdict, finding, value }) => {
      const known = finding !== 'error' && value !== null && Object.hasOwn(values, value);
      const said = String((known ? values[value] : value) ?? '');
      // No pattern in what a driver says counts for one.
      return [verdicts[verdict], steps[step], line ?? '', findings[finding].replace('%', () => said)];
    }),
  );
}
