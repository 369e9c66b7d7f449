import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BoardData } from '../../boards/board-data.js';
import { pinTakenTwice } from '../../boards/board-file.js';
import { chooseBoard } from '../../boards/choose.js';
import { machineIdentity } from '../../boards/device-tree.js';
import { BOARD_IDS, loadBoardData } from '../../boards/index.js';
import { PI_MODELS, piModelOf } from '../../boards/pi/models.js';
import { MODEM_PROFILES } from '../../drivers/serial/profiles.js';

/** Pins of the header that are spoken for: HAT ID, I2C, UART, I2S. */
const lineWith = (fields: string): string =>
  `{"basedOn":"tap-hat","lines":[{"id":"line-1","pcm":"x","sampleRateHz":8000,${fields}}]}`;

const TAKEN = [0, 1, 2, 3, 14, 15, 18, 19, 20, 21];

describe('a board as data', () => {
  let folder: string;
  const fileWith = (text: string): string => {
    const file = path.join(folder, 'box.json');
    writeFileSync(file, text);
    return file;
  };
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'kikitome-board-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  for (const id of BOARD_IDS.filter((each) => each !== 'virtual')) {
    it(`${id}: every pin is used once, none that the header needs, and every modem is known`, async () => {
      const data = await loadBoardData(id);
      assert.equal(pinTakenTwice(data), null);
      const pins = JSON.stringify(data).matchAll(/"offset":(\d+)/gu);
      if (data.chip === 'pi-header') for (const [, pin] of pins) assert.ok(!TAKEN.includes(Number(pin)), `GPIO ${pin}`);
      const profiles = Object.values(MODEM_PROFILES).map((profile): string => profile.id);
      for (const { modem } of data.lines) if (modem) assert.ok(profiles.includes(modem.profile), modem.profile);
    });
  }

  it('in a file says what differs', async () => {
    const based = await loadBoardData('tap-hat');
    const box = await chooseBoard(fileWith('{"basedOn":"tap-hat","button":{"offset":22},"chip":"pinctrl-x"}'), null);
    assert.deepEqual(box, {
      ...based,
      button: { offset: 22 },
      chip: 'pinctrl-x',
      tier: 'designed',
    } satisfies BoardData);
  });

  it('in a file may have none of what its base has', async () => {
    const { keyMemory, lid, ...rest } = await loadBoardData('tap-hat');
    assert.ok(keyMemory && lid);
    const box = await chooseBoard(fileWith('{"basedOn":"tap-hat","keyMemory":null,"lid":null}'), null);
    assert.deepEqual(box, { ...rest, keyMemory: undefined, lid: undefined, tier: 'designed' } satisfies BoardData);
  });

  it('in a file may have one name for everybody', async () => {
    const box = await chooseBoard(fileWith('{"basedOn":"tap-hat","name":"our box"}'), null);
    assert.deepEqual(box.name, { ja: 'our box', en: 'our box' });
  });

  it('of the kernel tests is data that can be read', async () => {
    const box = await chooseBoard(fileURLToPath(new URL('../kernel/guest/board.json', import.meta.url)), null);
    assert.equal(pinTakenTwice(box), null);
  });

  for (const [what, text, code] of [
    ['no JSON', '{', 'BOARD_FILE_NOT_JSON'],
    ['no base', '{}', 'BOARD_FILE_FIELDS'],
    ['an unknown base', '{"basedOn":"nosuch"}', 'BOARD_UNKNOWN'],
    ['the virtual board as base', '{"basedOn":"virtual"}', 'BOARD_UNKNOWN'],
    ['a field nobody knows', '{"basedOn":"tap-hat","buttons":{"offset":1}}', 'BOARD_FILE_FIELDS'],
    ['an offset below nothing', '{"basedOn":"tap-hat","button":{"offset":-1}}', 'BOARD_FILE_FIELDS'],
    ['no lines', '{"basedOn":"tap-hat","lines":[]}', 'BOARD_FILE_FIELDS'],
    ['an unknown modem', lineWith('"modem":{"path":"header","profile":"nope"}'), 'BOARD_FILE_FIELDS'],
    [
      'a line that nothing senses',
      lineWith('"modem":{"path":"header","profile":"conexant-cx93001"}'),
      'BOARD_FILE_FIELDS',
    ],
    [
      'keys that are not where rows and columns meet',
      '{"basedOn":"tap-hat","matrix":{"rows":[7,8],"columns":[9,10],"keys":[["1"]]}}',
      'BOARD_FILE_FIELDS',
    ],
    ['a name that would move the cursor', '{"basedOn":"tap-hat","name":"\\u001b[2J"}', 'BOARD_FILE_FIELDS'],
    ['a name without end', `{"basedOn":"tap-hat","name":"${'長'.repeat(300)}"}`, 'BOARD_FILE_FIELDS'],
    ['more than any board needs', `{"basedOn":"tap-hat"}${' '.repeat(70_000)}`, 'BOARD_FILE_NOT_JSON'],
    ['no lamp', '{"basedOn":"tap-hat","lamp":null}', 'BOARD_FILE_FIELDS'],
    ['a pin that has a use', '{"basedOn":"tap-hat","button":{"offset":5}}', 'BOARD_PINS'],
  ] as const) {
    it(`in a file with ${what} is refused in one line (${code})`, async () => {
      await assert.rejects(chooseBoard(fileWith(text), null), (error: Error & { code: string }) => {
        assert.equal(error.code, code);
        assert.doesNotMatch(error.message, /\n/u);
        return true;
      });
    });
  }

  it('in a file that begins with a byte order mark is read', async () => {
    const box = await chooseBoard(fileWith('\uFEFF{"basedOn":"tap-hat","name":"our box"}'), null);
    assert.equal(box.name.en, 'our box');
  });

  it('in a file that is not there, or is none, is refused', async () => {
    const pipe = path.join(folder, 'pipe.json');
    execFileSync('mkfifo', [pipe]);
    mkdirSync(path.join(folder, 'folder.json'));
    for (const file of ['none.json', 'pipe.json', 'folder.json'])
      await assert.rejects(chooseBoard(path.join(folder, file), null), { code: 'BOARD_FILE_MISSING' });
  });
});

describe('detection', () => {
  let folder: string;
  const tree = (entries: Readonly<Record<string, string>>): string => {
    for (const [name, text] of Object.entries(entries)) {
      mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      writeFileSync(path.join(folder, name), `${text}\0`);
    }
    return folder;
  };
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'kikitome-tree-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('goes by what the HAT says', async () => {
    const { hat, pi } = machineIdentity([
      path.join(folder, 'none'),
      tree({
        model: 'Raspberry Pi 4 Model B Rev 1.5',
        'hat/vendor': 'Kikitome',
        'hat/product': 'Kikitome tap HAT',
        'hat/product_ver': '0x0001',
      }),
    ]);
    assert.equal(pi?.chip, 'pinctrl-bcm2711');
    assert.equal((await chooseBoard('auto', hat)).id, 'tap-hat');
  });

  it('gives up where no HAT, or one we do not know, is found', async () => {
    assert.deepEqual(machineIdentity([folder]), { pi: null, hat: null });
    await assert.rejects(chooseBoard('auto', null), { code: 'BOARD_NOT_DETECTED' });
    const other = { vendor: 'Somebody', product: 'Kikitome tap HAT', version: 1 };
    await assert.rejects(chooseBoard('auto', other), { code: 'BOARD_NOT_DETECTED', message: /"Somebody"/u });
  });

  it('does not take another revision of a board, whose pins may be elsewhere, for this one', async () => {
    const hat = { vendor: 'Kikitome', product: 'Kikitome tap HAT' };
    for (const version of [0, 2]) {
      const refused = { code: 'BOARD_NOT_DETECTED', message: new RegExp(`version ${version} is not known`, 'u') };
      await assert.rejects(chooseBoard('auto', { ...hat, version }), refused);
    }
    const untold = machineIdentity([tree({ 'hat/vendor': hat.vendor, 'hat/product': hat.product })]);
    assert.deepEqual(untold.hat, { ...hat, version: 0 });
  });

  for (const [model, id] of [
    ['Raspberry Pi 5 Model B Rev 1.0', '5'],
    ['Raspberry Pi 4 Model B Rev 1.5', '4'],
    ['Raspberry Pi 3 Model B Plus Rev 1.3', '3'],
    ['Raspberry Pi Zero 2 W Rev 1.0', 'zero-2-w'],
    ['Raspberry Pi Zero W Rev 1.1', undefined],
    ['Raspberry Pi 50', undefined],
    ['', undefined],
  ] as const) {
    it(`takes "${model}" for ${id ?? 'none we know'}`, () => assert.equal(piModelOf(model)?.id, id));
  }

  it('knows each model by one name', () => {
    assert.equal(new Set(PI_MODELS.map(({ id }) => id)).size, PI_MODELS.length);
  });
});
