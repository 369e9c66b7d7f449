import type { BoardData } from '../board-data.js';

/**
 * A USB modem as second ear for caller IDs beside two opto-couplers and a USB sound adapter. Drawn only: not one command has
 * been said to the modem. README.md has every pin, and why the modem does not see the hook.
 */
export const board: BoardData = {
  id: 'usb-modem',
  name: {
    ja: 'USB モデム、フォトカプラ、USB サウンド、1 回線',
    en: 'USB modem, opto-couplers and USB sound, one line',
  },
  tier: 'designed',
  chip: 'pi-header',
  lines: [
    {
      id: 'line-1',
      hook: { offset: 5, activeLow: true, bias: 'pull-up' },
      ring: { offset: 6, activeLow: true, bias: 'pull-up' },
      hookSeesRinging: true,
      modem: { path: '/dev/ttyACM0', profile: 'conexant-cx93001' },
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
  hat: null,
};
