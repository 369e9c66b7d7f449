/** How the virtual board is wired: data, as a board's folder has it. The chip is gpio-sim's. */
export const WIRING = {
  chip: 'board',
  line: {
    id: 'line-1',
    hook: { offset: 4, activeLow: true },
    ring: { offset: 5, activeLow: false },
    polarity: { offset: 6, activeLow: false },
    /** What is played into hw:Loopback,0 is heard here. */
    pcm: 'hw:Loopback,1,0',
    sampleRateHz: 8000,
  },
  lamp: { green: { offset: 16 }, red: { offset: 17 } },
  button: { offset: 20, activeLow: true },
  lid: { offset: 21 },
  voltage: { offset: 22 },
} as const;

/** Where the kernel shows the pins to whoever plays the world outside. */
export const PINS = '/sys/devices/platform/gpio-sim.0';
