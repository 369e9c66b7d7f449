/** A full-scale sine is +3.14 dBm0 (ITU-T G.711). */
const FULL_SCALE_SINE_DBM0 = 3.14;
const FULL_SCALE_SINE_RMS = 32768 / Math.SQRT2;
/** What digital silence is called. */
export const SILENCE_DBM0 = -96;

/** Level of a run of samples in dBm0, from -96 to +6. */
export function levelDbm0(samples: Int16Array): number {
  let energy = 0;
  for (const sample of samples) energy += sample * sample;
  if (energy === 0) return SILENCE_DBM0;
  const rms = Math.sqrt(energy / samples.length);
  return Math.max(SILENCE_DBM0, FULL_SCALE_SINE_DBM0 + 20 * Math.log10(rms / FULL_SCALE_SINE_RMS));
}
