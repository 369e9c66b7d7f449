import { type Hand, selftest } from '../selftest/selftest.js';
import type { StepResult } from '../selftest/step.js';
import { Complained } from './complaint.js';
import type { Kit } from './kit.js';
import type { Language } from './language.js';
import { tellPins } from './pins-notice.js';
import { SELFTEST_WORDS, selftestLines } from './selftest-words.js';
import type { Keyboard, World } from './world.js';

/** Ctrl-C, Ctrl-D, Escape, q: whoever is asked does not want to be. Keys of a Japanese keyboard count in both widths. */
const ANSWERS: Readonly<Record<string, boolean | null>> = {
  y: true,
  ｙ: true,
  n: false,
  ｎ: false,
  q: null,
  '\u0003': null,
  '\u0004': null,
  '\u001b': null,
};

interface Flags {
  readonly board?: string;
  readonly trace: readonly string[];
  readonly nonInteractive: boolean;
  readonly json: boolean;
}

/** `selftest`: every part of the box, one line for each. Exit code 1 where one has failed. */
export function addSelftestCommand({ command, help, language, say, sayJson, world }: Kit): void {
  const words = SELFTEST_WORDS[language];
  command('selftest', words.about)
    .option('--board <ID>', help.board)
    .option('--trace <DIR>', help.trace, (dir: string, before: string[]) => [...before, dir], [])
    .option('--non-interactive', words.nonInteractive, false)
    .option('--json', help.json, false)
    .action(async (flags: Flags) => {
      const { keyboard } = world;
      const asks = flags.nonInteractive || flags.json ? null : keyboard;
      const person = asks && {
        begin: () => say(words.lamp),
        seen: (enough: AbortSignal) => {
          say(words.answers);
          return answer(asks, enough);
        },
        press: () => say(words.press),
      };
      const results = await tryAll(world, flags, person, language);
      if (flags.json) sayJson(results);
      else for (const line of selftestLines(results, language)) say(line);
      if (results.some(({ verdict }) => verdict === 'fail')) throw new Complained(1);
    });
}

async function tryAll(
  world: World,
  { board: id, trace }: Flags,
  person: (Hand & { readonly begin: () => void }) | null,
  language: Language,
): Promise<readonly StepResult[]> {
  const name = id ?? (trace.length > 0 ? 'virtual' : 'auto');
  const request = { id: name, traces: trace, speed: 'max', faults: [], captures: new Map() } as const;
  const opened = await world.openBoard(request);
  const { board, play, hands, close } = opened;
  tellPins(world, opened, language);
  const [over, ended] = [new AbortController(), new AbortController()];
  // A simulated lamp is seen by nobody; a simulated button presses itself.
  const hand: Hand | null = hands ? { seen: null, press: () => hands.hold(300) } : person;
  if (!hands) person?.begin();
  const tried = selftest({ board, hand, ended: AbortSignal.any([world.stop, ended.signal]) });
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
    close?.();
  }
}

/** What somebody types first that is an answer; null where they will not answer, or `enough` has been waited. */
function answer(keyboard: Keyboard, enough: AbortSignal): Promise<boolean | null> {
  return new Promise((resolve) => {
    const done = (said: boolean | null): void => {
      enough.removeEventListener('abort', nobody);
      giveBack();
      resolve(said);
    };
    const nobody = (): void => done(null);
    const giveBack = keyboard.listen((character) => {
      const said = ANSWERS[character.toLowerCase()];
      if (said !== undefined) done(said);
    });
    enough.addEventListener('abort', nobody);
  });
}
