import type { BoardData } from '../board-data.js';

/** Our reference design: a high-impedance ear and opto-coupled detectors on one line. README.md has every pin. */
export const board: BoardData = {
  id: 'tap-hat',
  name: { ja: '聞き留め tap HAT、1 回線', en: 'Kikitome tap HAT, one line' },
  tier: 'designed',
  chip: 'pi-header',
  lines: [
    {
      id: 'line-1',
      hook: { offset: 5, activeLow: true, bias: 'pull-up' },
      ring: { offset: 6, activeLow: true, bias: 'pull-up' },
      hookSeesRinging: true,
      polarity: { offset: 13, activeLow: true, bias: 'pull-up' },
      lineVoltage: { offset: 12, activeLow: true, bias: 'pull-up' },
      pcm: 'plughw:CARD=sndrpiproto,DEV=0',
      sampleRateHz: 8000,
    },
  ],
  lamp: { green: { offset: 23 }, red: { offset: 24 } },
  button: { offset: 17, activeLow: true, bias: 'pull-up' },
  buzzer: { offset: 25 },
  bypassRelay: { offset: 26 },
  lid: { offset: 27, bias: 'pull-up' },
  evdevKeypads: true,
  sticks: true,
  rtc: '/dev/rtc0',
  keyMemory: '/sys/bus/i2c/devices/1-0057/eeprom',
  watchdog: '/dev/watchdog0',
  hat: { vendor: 'Kikitome', product: 'Kikitome tap HAT', version: 1 },
};
