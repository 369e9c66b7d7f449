import { setTimeout as pause } from 'node:timers/promises';
import { WorldPins } from './pins.js';
import { BOARD } from './wiring.js';

/**
 * `lamp.js NAME SECONDS`: watches the lamp's pins and says how it blinked, `LAMP NAME [["green",100],["dark",2900],…]`, in ms. What was
 * going on at the beginning and at the end is left out: nobody has seen the whole of it.
 */
const LOOK_MS = 20;

const [name = '', seconds = ''] = process.argv.slice(2);
const { green, red } = BOARD.lamp;
const pins = new WorldPins();
const colourAtOneLook = (): string => {
  const [isGreen, isRed] = [pins.high(green.offset), pins.high(red.offset)];
  if (isGreen && isRed) return 'amber';
  return isGreen ? 'green' : isRed ? 'red' : 'dark';
};
/** Two pins are read one after the other: what is seen twice is so. */
function colourNow(): string {
  for (let before = colourAtOneLook(); ; ) {
    const now = colourAtOneLook();
    if (now === before) return now;
    before = now;
  }
}

const spans: [colour: string, ms: number][] = [];
const endMs = performance.now() + Number(seconds) * 1000;
let colour = colourNow();
let sinceMs = performance.now();
for (let nowMs = sinceMs; nowMs < endMs; nowMs = performance.now()) {
  const now = colourNow();
  if (now !== colour) {
    spans.push([colour, Math.round(nowMs - sinceMs)]);
    sinceMs = nowMs;
    colour = now;
  }
  await pause(LOOK_MS);
}
const seen = spans.length === 0 ? [[colour, Number(seconds) * 1000]] : spans.slice(1);
console.log(`LAMP ${name} ${JSON.stringify(seen)}`);
