import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { BoardData, InputData, OutputData } from '../../boards/board-data.js';
import { loadBoardData } from '../../boards/index.js';
import { PI_MODELS } from '../../boards/pi/models.js';
import { board as tapHat } from '../../boards/tap-hat/board.js';

const textOf = (name: string): string => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');

/** Pins of the 40-pin header, by BCM number. */
const HEADER: Readonly<Record<number, number>> = {
  2: 3,
  3: 5,
  4: 7,
  14: 8,
  15: 10,
  17: 11,
  18: 12,
  27: 13,
  22: 15,
  23: 16,
  24: 18,
  10: 19,
  9: 21,
  25: 22,
  11: 23,
  8: 24,
  7: 26,
  0: 27,
  1: 28,
  5: 29,
  6: 31,
  12: 32,
  13: 33,
  19: 35,
  16: 36,
  26: 37,
  20: 38,
  21: 40,
};

/** Every pin of a board, by what a README calls it. */
function pinsOf({ lines, lamp, button, buzzer, bypassRelay, lid }: BoardData): Map<string, InputData | OutputData> {
  const [line] = lines;
  const pins: readonly (readonly [string, InputData | OutputData | undefined])[] = [
    ['hook', line?.hook],
    ['ring', line?.ring],
    ['polarity', line?.polarity],
    ['voltage', line?.lineVoltage],
    ['reset', line?.modem?.reset],
    ['green', lamp.green],
    ['red', lamp.red],
    ['button', button],
    ['buzzer', buzzer],
    ['relay', bypassRelay],
    ['lid', lid],
  ];
  return new Map(pins.flatMap(([name, pin]) => (pin ? [[name, pin]] : [])));
}

describe('what the boards say of themselves on paper', () => {
  it('tap-hat: the table of pins is the data, header pins and levels too', () => {
    const rows = textOf('boards/tap-hat/README.md').matchAll(/^\| (\d+) \| (\d+) \| ([^|]+) \| (low|high) \|$/gmu);
    const table = new Map([...rows].map(([, bcm, pin, role = '', level]) => [role, { bcm, pin, level }]));
    const pins = pinsOf(tapHat);
    assert.equal(table.size, pins.size);
    for (const [name, { offset, activeLow = false }] of pins) {
      const [, row] = [...table].find(([role]) => role.includes(name === 'hook' ? 'loop' : name)) ?? [];
      const level = activeLow ? 'low' : 'high';
      assert.deepEqual(row, { bcm: String(offset), pin: String(HEADER[offset]), level }, name);
    }
  });

  it('tap-hat: the wire list and the diagram name the same pins', () => {
    const offsets = [...pinsOf(tapHat).values()].map(({ offset }) => offset).sort((a, b) => a - b);
    const readme = textOf('boards/tap-hat/README.md');
    const list = readme.slice(readme.indexOf('Pi 側 / Pi side |'), readme.indexOf('| I2S |'));
    const wired = [...list.matchAll(/^\| GPIO([\d, ]+) \|/gmu)].flatMap(([, pins = '']) =>
      pins.split(', ').map(Number),
    );
    assert.deepEqual(
      wired.sort((a, b) => a - b),
      offsets,
    );
    const diagram = textOf('boards/tap-hat/schematic.svg');
    const drawn = [...diagram.matchAll(/>GPIO(\d+) |>(\d+)(?:,(\d+))?</gu)].flatMap((found) => found.slice(1, 4));
    const [buses, others] = [['2', '3'], drawn.filter((each) => each !== undefined)];
    assert.deepEqual(
      others
        .filter((each) => !buses.includes(each))
        .map(Number)
        .sort((a, b) => a - b),
      offsets,
    );
  });

  it('tap-hat: config.txt, overlay, unit and udev rule speak of the same relay and the same chip', () => {
    const readme = textOf('boards/tap-hat/README.md');
    assert.ok(readme.includes(`\ngpio=${tapHat.bypassRelay?.offset}=op,dl\n`));
    assert.ok(readme.includes('\ndtparam=strict_gpiod\n'));
    const [, bus, address] = /\/(\d+)-00([0-9a-f]{2})\/eeprom$/u.exec(tapHat.keyMemory ?? '') ?? [];
    assert.ok(bus && address);
    assert.match(textOf('boards/tap-hat/kikitome-key-memory.dts'), new RegExp(`reg = <0x${address}>;`, 'u'));
    assert.ok(textOf('scripts/appliance/kikitome.service').includes(`\nReadWritePaths=-${tapHat.keyMemory}\n`));
    assert.ok(textOf('scripts/appliance/60-kikitome.rules').includes(`KERNEL=="*-00${address}"`));
    assert.ok(readme.includes(String(tapHat.keyMemory)));
  });

  it('Raspberry Pi: the table is the data, and no watchdog is asked to wait longer than it can', () => {
    const readme = textOf('boards/pi/README.md');
    for (const { id, chip, uart, uartConfig, watchdogMaxS } of PI_MODELS) {
      const name = id === 'zero-2-w' ? 'Zero 2 W' : id;
      const row =
        readme.split('\n').find((each) => new RegExp(`^\\| [^|]*\\b${name}\\b[^|]*\\|`, 'u').test(each)) ?? '';
      for (const cell of [`\`${chip}\``, `\`${uart}\``, `\`${uartConfig}\``, `up to ${watchdogMaxS} s`])
        assert.ok(row.includes(`| ${cell} |`), `${id}: ${cell} in ${row}`);
    }
    const [, seconds] =
      /^RuntimeWatchdogSec=(\d+)s$/mu.exec(textOf('scripts/appliance/60-kikitome-watchdog.conf')) ?? [];
    assert.ok(Number(seconds) >= 10 && PI_MODELS.every(({ watchdogMaxS }) => Number(seconds) < watchdogMaxS));
  });

  it('tap-hat: the overlay compiles', () => {
    const input = textOf('boards/tap-hat/kikitome-key-memory.dts');
    const { status, stderr } = spawnSync('dtc', ['-@', '-I', 'dts', '-O', 'dtb', '-o', '/dev/null'], { input });
    assert.equal(status, 0, String(stderr));
  });

  for (const id of ['tap-hat', 'modem-hat'] as const) {
    it(`${id}: the ID memory is to be written as the board is detected`, async () => {
      const { hat } = await loadBoardData(id);
      const readme = textOf(`boards/${id}/README.md`);
      for (const line of [
        `product_ver 0x${String(hat?.version).padStart(4, '0')}`,
        `vendor "${hat?.vendor}"`,
        `product "${hat?.product}"`,
      ])
        assert.ok(readme.includes(`\n${line}\n`), line);
    });
  }

  for (const id of ['modem-hat', 'usb-modem'] as const) {
    it(`${id}: README and drawing name the pins of the data`, async () => {
      const pins = pinsOf(await loadBoardData(id));
      const readme = textOf(`boards/${id}/README.md`);
      for (const [name, { offset }] of pins) assert.match(readme, new RegExp(`${name} ${offset}\\b`, 'u'));
      const drawn = [...textOf(`boards/${id}/wiring.svg`).matchAll(/>pin (\d+) · GPIO(\d+) /gu)];
      for (const [, pin, bcm] of drawn) assert.equal(Number(pin), HEADER[Number(bcm)], `GPIO${bcm}`);
      const uart = id === 'modem-hat' ? [14, 15] : [];
      assert.deepEqual(
        drawn.map(([, , bcm]) => Number(bcm)).sort((a, b) => a - b),
        [...[...pins.values()].map(({ offset }) => offset), ...uart].sort((a, b) => a - b),
      );
    });
  }
});
