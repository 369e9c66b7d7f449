import { HalError } from '../../hal/errors.js';

/**
 * What the first bytes of an MPEG audio Layer III frame say about it. Field layout: ISO/IEC 11172-3 2.4.1.3 and 2.4.1.7,
 * ISO/IEC 13818-3 2.4.1; MPEG-2.5 (8, 11.025 and 12 kHz) is nobody's standard and follows what LAME and mpg123 agree on.
 */
export interface FrameInfo {
  readonly sampleRateHz: number;
  /** Bits per second. */
  readonly bitRate: number;
  /** Decoded samples for each channel: 1152 in MPEG-1, else 576. */
  readonly samplesPerFrame: number;
  readonly channels: 1 | 2;
  /** Length of the frame, header included. */
  readonly bytes: number;
  /** How many bytes of this frame's main data lie in frames before it. 0 = can be decoded by itself. */
  readonly mainDataBegin: number;
}

/** Fewest bytes `parseFrame` needs to see: header, CRC, first two of side info. */
export const FRAME_HEAD_BYTES = 8;

const MPEG1_KBITS = [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320] as const;
const MPEG2_KBITS = [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160] as const;
/** LAME stops here for MPEG-2.5: its own limit, not the table's. */
const MPEG25_MOST_KBITS = 64;

/** Indexed by the header's two version bits; 1 is reserved. */
const RATES_HZ = [[11025, 12000, 8000], undefined, [22050, 24000, 16000], [44100, 48000, 32000]] as const;

/**
 * Reads the frame that begins at `bytes[at]`. Undefined where no Layer III frame begins there or fewer than
 * `FRAME_HEAD_BYTES` are left. Says nothing about whether the rest of the frame is there.
 */
export function parseFrame(bytes: Uint8Array, at = 0): FrameInfo | undefined {
  const b1 = bytes[at + 1] ?? 0;
  const b2 = bytes[at + 2] ?? 0;
  const b3 = bytes[at + 3] ?? 0;
  if (at + FRAME_HEAD_BYTES > bytes.length || bytes[at] !== 0xff || (b1 & 0xe6) !== 0xe2) return undefined;
  const version = (b1 >> 3) & 3;
  const sampleRateHz = RATES_HZ[version]?.[(b2 >> 2) & 3];
  const mpeg1 = version === 3;
  const kbits = (mpeg1 ? MPEG1_KBITS : MPEG2_KBITS)[(b2 >> 4) - 1];
  if (sampleRateHz === undefined || kbits === undefined) return undefined;
  const samplesPerFrame = mpeg1 ? 1152 : 576;
  const sideInfoAt = at + ((b1 & 1) === 0 ? 6 : 4);
  const side0 = bytes[sideInfoAt] ?? 0;
  return {
    sampleRateHz,
    bitRate: kbits * 1000,
    samplesPerFrame,
    channels: b3 >> 6 === 3 ? 1 : 2,
    bytes: Math.floor(((samplesPerFrame / 8) * kbits * 1000) / sampleRateHz) + ((b2 >> 1) & 1),
    mainDataBegin: mpeg1 ? (side0 << 1) | ((bytes[sideInfoAt + 1] ?? 0) >> 7) : side0,
  };
}

/** The bit rates (bits per second, ascending) LAME offers at `sampleRateHz`; undefined for a rate Layer III lacks. */
export function bitRatesAt(sampleRateHz: number): readonly number[] | undefined {
  const version = RATES_HZ.findIndex((rates) => rates?.some((hz) => hz === sampleRateHz));
  if (version < 0) return undefined;
  const kbits: readonly number[] = version === 3 ? MPEG1_KBITS : MPEG2_KBITS;
  return kbits.filter((k) => version !== 0 || k <= MPEG25_MOST_KBITS).map((k) => k * 1000);
}

/**
 * Samples in one frame at this pair of rates. Throws `HalError` `FORMAT_REFUSED`, naming the choices, where Layer III
 * (or LAME) does not have the pair.
 */
export function samplesPerFrameAt(sampleRateHz: number, bitRate: number): 576 | 1152 {
  const bitRates = bitRatesAt(sampleRateHz);
  if (bitRates === undefined) {
    const rates = RATES_HZ.flatMap((r) => r ?? []).sort((a, b) => a - b);
    throw new HalError('FORMAT_REFUSED', 'lame', `MP3 has no ${sampleRateHz} Hz; choose one of ${rates.join(', ')} Hz`);
  }
  if (!bitRates.includes(bitRate)) {
    const choices = bitRates.map((b) => b / 1000).join(', ');
    const message = `MP3 at ${sampleRateHz} Hz has no ${bitRate / 1000} kbit/s; choose one of ${choices} kbit/s`;
    throw new HalError('FORMAT_REFUSED', 'lame', message);
  }
  return sampleRateHz >= 32000 ? 1152 : 576;
}
