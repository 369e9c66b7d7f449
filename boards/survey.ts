import type { BoardPart, BoardSurvey, HatIdentity, PinsWay, SurveyedBoard, SurveyedLine } from '../hal/board-survey.js';
import type { BoardData, LineData } from './board-data.js';
import { chooseBoard, DETECT, detectBoard } from './choose.js';
import type { MachineIdentity } from './device-tree.js';
import { BOARD_IDS, loadBoardData } from './index.js';

const VIRTUAL: SurveyedBoard = {
  id: 'virtual',
  name: { ja: '仮想ボード(トレースを再生)', en: 'the virtual board, which plays traces' },
  tier: 'simulated',
  lines: [],
  has: ['button', 'buzzer', 'lid', 'keypad', 'stick'],
  hat: null,
  keyMemory: null,
};

/** Every board this program knows, and the one that `asked` means: an id, a file, or `auto`. Opens nothing. Rejects with `BoardError`, but not where nothing is detected. */
export async function surveyBoards(
  asked: string,
  { pi, hat }: MachineIdentity,
  pins: PinsWay = 'character-device',
): Promise<BoardSurvey> {
  const real = await Promise.all(
    BOARD_IDS.filter((id) => id !== 'virtual').map(async (id) => surveyed(await loadBoardData(id))),
  );
  return { pi: pi?.id ?? null, pins, hat, boards: [...real, VIRTUAL], chosen: await chosen(asked, hat) };
}

async function chosen(asked: string, hat: HatIdentity | null): Promise<SurveyedBoard | null> {
  if (asked === VIRTUAL.id) return VIRTUAL;
  const data = asked === DETECT ? await detectBoard(hat) : await chooseBoard(asked, hat);
  return data && surveyed(data);
}

function surveyed(data: BoardData): SurveyedBoard {
  const { id, name, tier, lines, hat, keyMemory = null } = data;
  const parts: readonly (readonly [BoardPart, unknown])[] = [
    ['button', data.button],
    ['buzzer', data.buzzer],
    ['lid', data.lid],
    ['bypass', data.bypassRelay],
    ['keypad', data.evdevKeypads || data.matrix],
    ['stick', data.sticks],
    ['battery-clock', data.rtc],
    ['key-memory', data.keyMemory],
    ['watchdog', data.watchdog],
  ];
  const has = parts.flatMap(([part, there]) => (there ? [part] : []));
  return { id, name, tier, lines: lines.map(surveyedLine), has, hat, keyMemory };
}

function surveyedLine({ id, hook, ring, polarity, lineVoltage, modem, pcm }: LineData): SurveyedLine {
  const pin = (input: { readonly offset: number } | undefined): string | null => (input ? `GPIO${input.offset}` : null);
  const profile = modem?.profile ?? null;
  const sensing = hook === undefined ? profile : null;
  return {
    id,
    hook: pin(hook) ?? sensing ?? '',
    ring: pin(ring) ?? sensing,
    polarity: pin(polarity) ?? sensing,
    voltage: pin(lineVoltage) ?? sensing,
    modem: profile,
    sound: pcm,
  };
}
