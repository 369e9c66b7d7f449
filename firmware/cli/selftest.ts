import { selftest } from '../selftest/selftest.js';
import type { StepResult } from '../selftest/step.js';
import { Complained } from './error-catalogue.js';
import type { Kit } from './kit.js';
import type { World } from './world.js';

const WORDS = {
  en: {
    about: 'try line, sound, lamp, button, stick and clock of this box; not while the recorder runs',
    nonInteractive: 'ask nobody: what a person would have to see or press is skipped',
    press: 'Press the button within 20 s. The lamp shows green, red, amber.',
    seen: 'Did the lamp show green, red, amber? [y/n]',
    line: 'line',
    sound: 'sound',
    lamp: 'lamp',
    button: 'button',
    stick: 'stick',
    clock: 'clock',
    pass: 'pass',
    fail: 'FAIL',
    skipped: 'skipped',
    absent: 'absent',
  },
  ja: {
    about: '回線・音・ランプ・ボタン・USB メモリー・時計を試す(録音機は止めておく)',
    nonInteractive: '人に尋ねない(見る、押すものは省略)',
    press: '20 秒以内にボタンを押してください。ランプは緑、赤、橙と光ります。',
    seen: 'ランプは緑、赤、橙と光りましたか? [y/n]',
    line: '回線',
    sound: '音',
    lamp: 'ランプ',
    button: 'ボタン',
    stick: 'USB メモリー',
    clock: '時計',
    pass: '合格',
    fail: '不合格',
    skipped: '省略',
    absent: 'なし',
  },
} as const;

interface Flags {
  readonly board?: string;
  readonly trace: readonly string[];
  readonly nonInteractive: boolean;
  readonly json: boolean;
}

/** `selftest`: every part of the box, one line for each. Exit code 1 where one has failed. */
export function addSelftestCommand({ command, help, language, say, sayJson, world }: Kit): void {
  const words = WORDS[language];
  command('selftest', words.about)
    .option('--board <ID>', help.board)
    .option('--trace <DIR>', help.trace, (dir: string, before: string[]) => [...before, dir], [])
    .option('--non-interactive', words.nonInteractive, false)
    .option('--json', help.json, false)
    .action(async (flags: Flags) => {
      const asks = !flags.nonInteractive && !flags.json && world.keyboard !== null;
      if (asks) say(words.press);
      const results = await tryAll(world, flags, asks);
      const judged = asks ? await askAboutLamp(world, results, () => say(words.seen)) : results;
      if (flags.json) sayJson(judged);
      else
        for (const { step, line, verdict, detail } of judged)
          say([words[verdict], words[step], line, detail].filter(Boolean).join('  '));
      if (judged.some(({ verdict }) => verdict === 'fail')) throw new Complained(1);
    });
}

async function tryAll(world: World, { board: id, trace }: Flags, asks: boolean): Promise<readonly StepResult[]> {
  const name = id ?? (trace.length > 0 ? 'virtual' : 'auto');
  const request = { id: name, traces: trace, speed: 'max', faults: [], captures: new Map() } as const;
  const { board, play, hands } = await world.openBoard(request);
  const [over, ended] = [new AbortController(), new AbortController()];
  const tried = selftest({
    board,
    pressed: asks || hands !== undefined,
    ended: AbortSignal.any([world.stop, ended.signal]),
  });
  hands?.hold(300);
  const played = play?.({ settled: async () => undefined, signal: AbortSignal.any([world.stop, over.signal]) });
  // What has not been seen when its world ends will not be.
  played?.then(
    () => ended.abort(),
    () => ended.abort(),
  );
  try {
    return await tried;
  } finally {
    over.abort();
    await played;
  }
}

/** What only a person can see. */
function askAboutLamp(world: World, results: readonly StepResult[], ask: () => void): Promise<readonly StepResult[]> {
  return new Promise((resolve) => {
    ask();
    const giveBack = world.keyboard?.listen((character) => {
      giveBack?.();
      const verdict = /[yY]/u.test(character) ? 'pass' : 'fail';
      resolve(results.map((each) => (each.step === 'lamp' ? { ...each, verdict, detail: '' } : each)));
    });
  });
}
