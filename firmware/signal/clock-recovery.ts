import type { Octets } from './octets.js';
import type { BitClock } from './phase-trellis.js';

/** Rates tried: +/-2.4 % in steps of 0.1 %, three times the accuracy that 0.3 s of characters give. */
const RATE_STEPS = 24;
const RATE_STEP = 0.001;
/** Fewer characters say nothing about a clock. */
const CHARACTERS_MIN = 4;
/** Clarity that hiss alone reaches. */
const HISS_CLARITY = 0.55;
/** A start this far from the clock's nearest edge was misread, in bits. */
const STRAY_BITS = 0.3;

/**
 * Finds the bit clock from the places of the characters: every start bit begins on one of its edges, whatever the
 * number of stop bits. Misread characters are outvoted.
 *
 * @param nominal length of a bit in baseband samples at 1200 bit/s.
 * @param clock receives the result; `origin` is an edge near the first character.
 * @returns how well the starts agree, 0-1; 0 when there are too few.
 */
export function recoverClock(octets: Octets, nominal: number, clock: BitClock): number {
  const { length, time, clarity } = octets;
  if (length < CHARACTERS_MIN) return 0;
  const first = time[0] as number;
  let best = -1;
  let bestAngle = 0;
  let bitSamples = nominal;
  for (let s = -RATE_STEPS; s <= RATE_STEPS; s += 1) {
    const candidate = nominal * (1 + s * RATE_STEP);
    let re = 0;
    let im = 0;
    for (let i = 0; i < length; i += 1) {
      const angle = (2 * Math.PI * ((time[i] as number) - first)) / candidate;
      const weight = weightOf(clarity[i] as number);
      re += weight * Math.cos(angle);
      im += weight * Math.sin(angle);
    }
    const agreement = Math.hypot(re, im);
    if (agreement > best) {
      best = agreement;
      bestAngle = Math.atan2(im, re);
      bitSamples = candidate;
    }
  }
  const origin = first + (bestAngle * bitSamples) / (2 * Math.PI);
  align(octets, origin, bitSamples, clock);
  let weights = 0;
  for (let i = 0; i < length; i += 1) weights += weightOf(clarity[i] as number);
  return weights > 0 ? best / weights : 0;
}

/** Characters made of hiss say nothing: they follow the message and are never clear. */
function weightOf(clarity: number): number {
  return Math.max(0, clarity - HISS_CLARITY) ** 2;
}

/** A straight line through the starts that lie on the clock. */
function align(octets: Octets, origin: number, bitSamples: number, clock: BitClock): void {
  let count = 0;
  let sumN = 0;
  let sumT = 0;
  let sumNN = 0;
  let sumNT = 0;
  for (let i = 0; i < octets.length; i += 1) {
    const time = (octets.time[i] as number) - origin;
    const n = Math.round(time / bitSamples);
    const error = time - n * bitSamples;
    if (Math.abs(error) > STRAY_BITS * bitSamples) continue;
    const weight = weightOf(octets.clarity[i] as number);
    count += weight;
    sumN += weight * n;
    sumT += weight * error;
    sumNN += weight * n * n;
    sumNT += weight * n * error;
  }
  const spread = count * sumNN - sumN * sumN;
  const slope = spread > 0 ? (count * sumNT - sumN * sumT) / spread : 0;
  clock.bitSamples = bitSamples + slope;
  clock.origin = origin + (count > 0 ? (sumT - slope * sumN) / count : 0);
}
