import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { readBoardFile } from '../../../boards/board-file.js';
import { loadBoardData } from '../../../boards/index.js';

/** How the virtual board is wired: the file the recorder is started with. The chip is gpio-sim's. */
export const BOARD = await readBoardFile(fileURLToPath(new URL('board.json', import.meta.url)), loadBoardData);

/** The detectors of its one line. */
const [LINE] = BOARD.lines;
assert.ok(LINE?.hook && LINE.ring && LINE.polarity);
export const DETECTORS = { hook: LINE.hook, ring: LINE.ring, polarity: LINE.polarity };

/** Where the kernel shows the pins to whoever plays the world outside. */
export const PINS = '/sys/devices/platform/gpio-sim.0';
