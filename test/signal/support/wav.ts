/** Reads 16-bit mono PCM; anything else is an error. */
export function parseWav(bytes: Buffer): { samples: Int16Array; sampleRateHz: number } {
  if (bytes.toString('latin1', 0, 4) !== 'RIFF') throw new Error('not a WAV file');
  let sampleRateHz = 0;
  for (let at = 12; at + 8 <= bytes.length; ) {
    const id = bytes.toString('latin1', at, at + 4);
    const size = bytes.readUInt32LE(at + 4);
    if (id === 'fmt ') {
      if (bytes.readUInt16LE(at + 10) !== 1 || bytes.readUInt16LE(at + 22) !== 16) throw new Error('not 16-bit mono');
      sampleRateHz = bytes.readUInt32LE(at + 12);
    } else if (id === 'data') {
      const length = Math.floor(Math.min(size, bytes.length - at - 8) / 2);
      const samples = new Int16Array(length);
      for (let i = 0; i < length; i += 1) samples[i] = bytes.readInt16LE(at + 8 + 2 * i);
      return { samples, sampleRateHz };
    }
    at += 8 + size + (size & 1);
  }
  throw new Error('no data in WAV file');
}
