/** One thing to tell a modem before it is of use. */
export interface InitStep {
  /** Tried in this order until one is answered `OK`. Without the line end. */
  readonly say: readonly [string, ...string[]];
  /** Go on although the modem knows none of them. */
  readonly optional?: boolean;
  /** Say nothing for this long after the answer, ms. */
  readonly restMs?: number;
}

/** What the driver has to know of a modem. */
export interface ModemProfile {
  readonly id: string;
  /** Bits per second, 8N1, no flow control. A USB modem takes any. */
  readonly baudRate: number;
  readonly init: readonly InitStep[];
  /** How caller IDs are told: field by field, or octet by octet in hex, bare or after `MESG`. */
  readonly form: 'formatted' | 'raw';
  /** Longest time until an answer, ms. */
  readonly answerMs: number;
  /** After so long without a word from it, a modem is asked whether it is still there, ms. */
  readonly checkMs: number;
  /** Asked again and again while it listens: the line's voltage. */
  readonly poll?: { readonly say: string; readonly everyMs: number };
}

/** Never answers by itself, speaks in words, echoes nothing, starts from the maker's settings. */
const QUIET_START: readonly InitStep[] = [
  { say: ['AT'] },
  { say: ['AT&F'], restMs: 300 },
  { say: ['ATE0Q0V1'] },
  { say: ['ATS0=0'] },
];

/** T.35 country code 00: Japan. A modem sold for one country may know no other. */
const JAPAN: InitStep = { say: ['AT+GCI=00'], optional: true };

const WAITS = { baudRate: 115_200, answerMs: 1500, checkMs: 60_000 } as const;

/**
 * The modems boards come with. Commands are those of the makers' manuals [S: Rockwell/Conexant `#CID`, IS-101 `+VCID`, AN93
 * `+VCDT`]; none has been tried on the modem itself [?]. See README.md for which of them fetch a number by going off-hook.
 */
export const MODEM_PROFILES = {
  /** Conexant CX93001 (USB sticks): tells fields. */
  'conexant-cx93001': {
    ...WAITS,
    id: 'conexant-cx93001',
    form: 'formatted',
    init: [...QUIET_START, JAPAN, { say: ['AT+VCID=1', 'AT#CID=1'] }],
  },
  /** The same, telling octets: whoever gets them checks their checksum. */
  'conexant-cx93001-raw': {
    ...WAITS,
    id: 'conexant-cx93001-raw',
    form: 'raw',
    init: [...QUIET_START, JAPAN, { say: ['AT+VCID=2', 'AT#CID=2'] }],
  },
  /** Skyworks (Silicon Labs) ISOmodem that fetches the number itself, as a Number Display telephone does. */
  'isomodem-japan': {
    ...WAITS,
    id: 'isomodem-japan',
    form: 'formatted',
    init: [...QUIET_START, JAPAN, { say: ['AT+VCDT=3'] }, { say: ['AT+VCID=1'] }],
  },
  /** The same chip listening on-hook, whatever else is on the line. */
  'isomodem-listen': {
    ...WAITS,
    id: 'isomodem-listen',
    form: 'formatted',
    init: [...QUIET_START, JAPAN, { say: ['AT+VCDT=1'] }, { say: ['AT+VCID=1'] }],
  },
  /** The same, also asked ten times a second for what it measures on the line [S: AN93, U6C]. */
  'isomodem-sense': {
    ...WAITS,
    id: 'isomodem-sense',
    form: 'formatted',
    init: [...QUIET_START, JAPAN, { say: ['AT+VCDT=1'] }, { say: ['AT+VCID=1'] }],
    poll: { say: 'AT:R6C', everyMs: 100 },
  },
} as const satisfies Record<string, ModemProfile>;

export type ModemProfileId = keyof typeof MODEM_PROFILES;

/** By its id; undefined: nobody knows it. */
export const modemProfileOf = (id: string | undefined): ModemProfile | undefined =>
  Object.values<ModemProfile>(MODEM_PROFILES).find((profile) => profile.id === id);
