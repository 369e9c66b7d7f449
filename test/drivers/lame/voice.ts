/**
 * Something like a voice: pulses of a wandering pitch through two resonances, in syllables with pauses, over a little
 * noise. Bandwidth and dynamics trouble the encoder as speech does; the same seed gives the same samples anywhere.
 */
export function voice(sampleRateHz: number, seconds: number, seed: number): Int16Array {
  const samples = new Int16Array(Math.round(sampleRateHz * seconds));
  let state = seed >>> 0;
  const chance = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const low = resonance(sampleRateHz, 650);
  const high = resonance(sampleRateHz, 1700);
  let phase = 0;
  for (let i = 0; i < samples.length; i += 1) {
    const t = i / sampleRateHz;
    const syllable =
      Math.max(0, Math.sin(2 * Math.PI * 3.1 * t)) * (Math.sin(2 * Math.PI * 0.4 * t + 1) > -0.5 ? 1 : 0);
    phase += (120 + 30 * Math.sin(2 * Math.PI * 0.7 * t)) / sampleRateHz;
    const pulse = phase >= 1 ? 1 : 0;
    phase -= pulse;
    const source = pulse + 0.05 * (chance() - 0.5);
    samples[i] = Math.round(Math.max(-1, Math.min(1, syllable * (low(source) + high(source)))) * 14000 + 20 * chance());
  }
  return samples;
}

function resonance(sampleRateHz: number, centreHz: number): (input: number) => number {
  const r = Math.exp((-Math.PI * 120) / sampleRateHz);
  const a = 2 * r * Math.cos((2 * Math.PI * centreHz) / sampleRateHz);
  let [y1, y2] = [0, 0];
  return (input) => {
    const y = input * 0.25 + a * y1 - r * r * y2;
    [y1, y2] = [y, y1];
    return y;
  };
}
