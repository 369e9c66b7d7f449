import { SystemClock } from '../../../drivers/clock/system.js';
import { EvdevKeypad } from '../../../drivers/input/keypad.js';

/** `keypad.js N`: says each key that is pressed, and ends after N. */
let left = Number(process.argv[2]);
const listening = new EvdevKeypad(new SystemClock()).keys$.subscribe(({ key }) => {
  console.log(`KEY ${key}`);
  left -= 1;
  if (left === 0) listening.unsubscribe();
});
console.log('LISTENING');
