import type { ToneName } from './events.js';

/** Everything behind the front door works at this rate. */
export const WORK_RATE_HZ = 8000;
/** Samples handed to the decoders at a time: 5 ms, a whole number of cycles of any multiple of 200 Hz. */
export const BLOCK_SAMPLES = 40;
export const BLOCK_MS = (BLOCK_SAMPLES * 1000) / WORK_RATE_HZ;
/** Level of a sine that just reaches full scale [S: ITU-T G.711, A-law]. */
const FULL_SCALE_DBM0 = 3.14;

/** Average squared sample of a signal at `dbm0`. */
export function meanSquareAt(dbm0: number): number {
  return 10 ** ((dbm0 - FULL_SCALE_DBM0) / 10) * 32768 * 32768 * 0.5;
}

/** A modem of the caller-ID family. Both send 1200 bit/s around 1700 Hz. */
export interface ModemPlan {
  readonly name: 'v23' | 'bell202';
  readonly markHz: number;
  readonly spaceHz: number;
}

export const FSK_RATE_HZ = 1200;
/** V.23 forward channel: NTT, ETSI, BT [S]. */
export const V23: ModemPlan = { name: 'v23', markHz: 1300, spaceHz: 2100 };
/** Bell 202: Bellcore GR-30 [S]. */
export const BELL202: ModemPlan = { name: 'bell202', markHz: 1200, spaceHz: 2200 };

/** One sound of the exchange: steady or modulated components, keyed on and off. */
export interface TonePlan {
  readonly tone: ToneName;
  /** Frequencies that sound together, in Hz; 10 ms analysis accepts about 6 % or 25 Hz either way. */
  readonly componentsHz: readonly number[];
  /** On and off, in ms, each within {@link CADENCE_TOLERANCE}; null for a continuous tone. */
  readonly cadenceMs: readonly [on: number, off: number] | null;
  /** A continuous tone must last this long: less may be the "on" of a cadence at the same frequencies [I]. */
  readonly continuousMs: number;
  /** True when the level swings at 15-50 Hz while on (modulation, or a slow beat); null when it may or may not. */
  readonly modulated: boolean | null;
  /** How many times "on" must have been heard before it is believed. */
  readonly bursts: number;
}

/** Allowed deviation of each on and off time [I]. */
export const CADENCE_TOLERANCE = 0.25;
/** What DTMF may look like. Twist is high group minus low group. */
export interface DtmfLimits {
  /** Shorter is not a key. Lies between "accept >= 40 ms" and "reject <= 23 ms" (Q.24 as commonly cited [?]). */
  readonly minimumMs: number;
  /** A shorter hole is part of the key; ordinance: pause >= 30 ms [S]; Q.24: ride through 10 ms [?]. */
  readonly bridgeMs: number;
  /** Greatest frequency error believed: accept 1.5 %, reject 3.5 % (Q.24 [?]; ordinance sends within 1.5 % [S]). */
  readonly frequencyTolerance: number;
  /** Ordinance: the high group may exceed the low by 5 dB [S]. Wider, for the line and the noise [I]. */
  readonly twistMaxDb: number;
  /** Q.24: -8 dB [?]. */
  readonly twistMinDb: number;
  /** Weakest pair heard. */
  readonly floorDbm0: number;
}

/** Country-dependent numbers. Wire formats are told apart by what is on the wire, not by the profile. */
export interface Profile {
  readonly name: 'jp' | 'us' | 'uk' | 'eu';
  readonly tones: readonly TonePlan[];
  readonly dtmf: DtmfLimits;
  /** What an MDMF message over V.23 or Bell 202 is called is decided by the modem; this breaks a tie of frequencies. */
  readonly preferredModem: ModemPlan;
}

const DTMF: DtmfLimits = {
  minimumMs: 31,
  bridgeMs: 14,
  frequencyTolerance: 0.021,
  twistMaxDb: 9,
  twistMinDb: -11,
  floorDbm0: -48,
};

const continuous = (componentsHz: readonly number[], continuousMs: number): TonePlan => ({
  tone: 'dial',
  componentsHz,
  cadenceMs: null,
  continuousMs,
  modulated: false,
  bursts: 1,
});

const keyed = (
  tone: ToneName,
  componentsHz: readonly number[],
  cadenceMs: readonly [on: number, off: number],
  bursts: number,
  modulated: boolean | null = false,
): TonePlan => ({ tone, componentsHz, cadenceMs, continuousMs: 0, modulated, bursts });

/** Japan: one frequency for everything; ringback is modulated at 15-20 Hz or is 384+416 Hz [S]. */
const JP: Profile = {
  name: 'jp',
  preferredModem: V23,
  dtmf: DTMF,
  tones: [
    continuous([400], 750),
    keyed('dial-interrupted', [400], [125, 125], 3),
    keyed('busy', [400], [500, 500], 2),
    keyed('ringback', [400], [1000, 2000], 1, true),
  ],
};

/** United States, precise tone plan [?]. */
const US: Profile = {
  name: 'us',
  preferredModem: BELL202,
  dtmf: DTMF,
  tones: [
    continuous([350, 440], 750),
    keyed('dial-interrupted', [350, 440], [100, 100], 3, null),
    keyed('busy', [480, 620], [500, 500], 2),
    keyed('ringback', [440, 480], [2000, 4000], 1, true),
  ],
};

/** United Kingdom [?]. The double ring is known by its first pair. */
const UK: Profile = {
  name: 'uk',
  preferredModem: V23,
  dtmf: DTMF,
  tones: [
    continuous([350, 440], 750),
    keyed('busy', [400], [375, 375], 2),
    keyed('ringback', [400, 450], [400, 200], 2, true),
  ],
};

/** Continental Europe, 425 Hz [?]. */
const EU: Profile = {
  name: 'eu',
  preferredModem: V23,
  dtmf: DTMF,
  tones: [continuous([425], 1500), keyed('busy', [425], [500, 500], 2), keyed('ringback', [425], [1000, 4000], 2)],
};

export const PROFILES: Readonly<Record<Profile['name'], Profile>> = { jp: JP, us: US, uk: UK, eu: EU };
