import type { BoardSurvey, SurveyedBoard, SurveyedLine } from '../../hal/board-survey.js';
import { wrapped } from './columns.js';
import type { Kit } from './kit.js';
import type { Language } from './language.js';

const WORDS = {
  ja: {
    about: 'ボードの一覧と、この機械で判別されたもの。何を何で知るか',
    machine: 'この機械',
    unknownMachine: 'Raspberry Pi ではない、または知らない機種',
    bySysfs: 'ピンは sysfs(古いカーネル): 模擬でのみ試験、プルアップなし',
    noHat: 'HAT なし',
    version: '版',
    chosen: '使うボード',
    byHat: 'HAT の ID メモリーによる',
    asked: '指定による',
    none: 'なし。--board に名前かファイルを指定してください',
    tier: { tried: '実機で確認済み', designed: '設計のみ、実機未試験', simulated: '機器なしで動く' },
    sense: { hook: 'フック', ring: '呼出', polarity: '極性', voltage: '回線電圧', callers: '発信者番号', sound: '音' },
    bySound: '音から',
    unsensed: '見ない',
    has: '備え',
    part: {
      button: 'ボタン',
      buzzer: 'ブザー',
      lid: 'ふた',
      bypass: 'バイパスリレー',
      keypad: 'テンキー',
      stick: 'USB メモリー',
      'battery-clock': '電池の時計',
      'key-memory': '鍵のチップ',
      watchdog: 'ウォッチドッグ',
    },
  },
  en: {
    about: 'the boards there are, which is found here, and by what each senses what',
    machine: 'this machine',
    unknownMachine: 'no Raspberry Pi, or none we know',
    bySysfs: 'pins by sysfs (old kernel): only simulated, no pull resistors',
    noHat: 'no HAT',
    version: 'version',
    chosen: 'board to be used',
    byHat: "by the HAT's ID memory",
    asked: 'as asked for',
    none: 'none; say which: --board ID or FILE.json',
    tier: { tried: 'tried on real hardware', designed: 'designed, not tried', simulated: 'needs no hardware' },
    sense: {
      hook: 'hook',
      ring: 'ring',
      polarity: 'polarity',
      voltage: 'line voltage',
      callers: 'callers',
      sound: 'sound',
    },
    bySound: 'by sound',
    unsensed: 'not sensed',
    has: 'has',
    part: {
      button: 'button',
      buzzer: 'buzzer',
      lid: 'lid contact',
      bypass: 'bypass relay',
      keypad: 'ten-key pad',
      stick: 'USB sticks',
      'battery-clock': 'clock with a battery',
      'key-memory': 'chip for the root key',
      watchdog: 'hardware watchdog',
    },
  },
} as const;

/** `boards`: what there is, what is found here and why, what senses what. Opens no device. */
export function addBoardsCommand({ command, help, language, say, sayJson, world }: Kit): void {
  command('boards', WORDS[language].about)
    .option('--board <ID>', help.board)
    .option('--json', help.json, false)
    .action(async ({ board, json }: { board?: string; json: boolean }) => {
      const survey = await world.surveyBoards(board ?? 'auto');
      if (json) sayJson(survey);
      else for (const line of surveyLines(survey, board !== undefined, language)) say(line);
    });
}

/** At most 80 columns, but for names of devices that are longer. */
function surveyLines(survey: BoardSurvey, isAsked: boolean, language: Language): string[] {
  const words = WORDS[language];
  const { pi, pins, hat, boards, chosen } = survey;
  const machine = pi === null ? words.unknownMachine : `Raspberry Pi ${pi}`;
  const told = hat === null ? words.noHat : `HAT "${hat.vendor}" "${hat.product}" ${words.version} ${hat.version}`;
  const why = isAsked ? words.asked : words.byHat;
  const known = boards.some(({ id }) => id === chosen?.id) ? boards : [...(chosen ? [chosen] : []), ...boards];
  return [
    ...wrapped([machine, told, ...(pins === 'sysfs' ? [words.bySysfs] : [])], {
      lead: `${words.machine}: `,
      between: ' · ',
    }),
    `${words.chosen}: ${chosen === null ? words.none : `${chosen.id} (${why})`}`,
    // A file of differences has the id of what it is based on, and is what will be used.
    ...known
      .map((each) => (each.id === chosen?.id ? chosen : each))
      .flatMap((each) => ['', ...boardLines(each, language)]),
  ];
}

function boardLines({ id, name, tier, lines, has }: SurveyedBoard, language: Language): string[] {
  const words = WORDS[language];
  return [
    ...wrapped([name[language], `[${words.tier[tier]}]`], { lead: `${id}: `, between: ' ' }),
    ...lines.flatMap((line) => wrapped(sensesOf(line, language), { lead: `  ${line.id}: `, between: ' · ' })),
    ...wrapped(
      has.map((part) => words.part[part]),
      { lead: `  ${words.has}: `, between: ' · ' },
    ),
  ];
}

function sensesOf(line: SurveyedLine, language: Language): string[] {
  const { sense, unsensed, bySound } = WORDS[language];
  const callers = line.modem === null ? bySound : `${bySound} + ${line.modem}`;
  return [
    `${sense.hook} ${line.hook}`,
    `${sense.ring} ${line.ring ?? unsensed}`,
    `${sense.polarity} ${line.polarity ?? unsensed}`,
    `${sense.voltage} ${line.voltage ?? unsensed}`,
    `${sense.callers} ${callers}`,
    `${sense.sound} ${line.sound}`,
  ];
}
