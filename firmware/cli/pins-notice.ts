import type { Language } from './language.js';
import { wordsIn } from './words.js';
import type { OpenedBoard, World } from './world.js';

/** Says once, for whoever reads the journal or tries the box, that its pins are taken in an older kernel's way, and what that costs. */
export function tellPins({ err }: Pick<World, 'err'>, { pins }: OpenedBoard, language: Language): void {
  if (pins === 'sysfs') err.write(`kikitome: PINS_BY_SYSFS: ${wordsIn(language).text.pinsBySysfs}\n`);
}
