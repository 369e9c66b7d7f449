import type { BoardData } from '../board-data.js';

/**
 * An ISOmodem on the header's UART that is caller ID, hook and ring detector in one; the sound comes from a USB adapter.
 * Drawn only: not one command has been said to the chip. README.md has every pin, and what this board cannot see.
 */
export const board: BoardData = {
  id: 'modem-hat',
  name: { ja: '聞き留めモデム HAT(ISOmodem)、1 回線', en: 'Kikitome modem HAT (ISOmodem), one line' },
  tier: 'designed',
  chip: 'pi-header',
  lines: [
    {
      id: 'line-1',
      modem: { path: 'header', profile: 'isomodem-sense', reset: { offset: 4, activeLow: true } },
      pcm: 'plughw:CARD=Device,DEV=0',
      sampleRateHz: 8000,
    },
  ],
  lamp: { green: { offset: 23 }, red: { offset: 24 } },
  button: { offset: 17, activeLow: true, bias: 'pull-up' },
  buzzer: { offset: 25 },
  evdevKeypads: true,
  sticks: true,
  watchdog: '/dev/watchdog0',
  hat: { vendor: 'Kikitome', product: 'Kikitome modem HAT', version: 1 },
};
