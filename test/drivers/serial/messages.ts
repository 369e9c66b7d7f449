/** One field of a message: type, and its text. */
export type Field = readonly [type: number, text: string];

const coded = (fields: readonly Field[]): number[] =>
  fields.flatMap(([type, text]) => [type, text.length, ...Buffer.from(text, 'latin1')]);

const summed = (octets: readonly number[]): Uint8Array =>
  Uint8Array.from([...octets, -octets.reduce((sum, octet) => sum + octet, 0) & 0xff]);

/** `rest`: a number, or one letter. */
export const sdmf = (dateTime: string, rest: string): Uint8Array =>
  summed([0x04, dateTime.length + rest.length, ...Buffer.from(dateTime + rest)]);

export const mdmf = (fields: readonly Field[]): Uint8Array => {
  const body = coded(fields);
  return summed([0x80, body.length, ...body]);
};

/** An NTT frame in wire form. The CRC is computed bit by bit from its polynomial, unlike the driver's. */
export function ntt(fields: readonly Field[], service = 0x40): Uint8Array {
  const body = coded(fields);
  const content = [service, body.length, ...body].flatMap((octet) => (octet === 0x10 ? [octet, octet] : [octet]));
  const frame = [0x10, 0x01, 0x07, 0x10, 0x02, ...content, 0x10, 0x03].map(withParity);
  const crc = crcOf(frame.slice(2));
  return Uint8Array.from([...frame, crc & 0xff, crc >>> 8]);
}

function withParity(octet: number): number {
  const ones = octet.toString(2).replaceAll('0', '').length;
  return ones % 2 === 0 ? octet : octet | 0x80;
}

/** Long division by x^16+x^12+x^5+1 of the bits in the order of the wire; the remainder, first bit least significant. */
function crcOf(octets: readonly number[]): number {
  const bits = octets.flatMap((octet) => Array.from({ length: 8 }, (_, i) => (octet >>> i) & 1));
  const work = [...bits, ...new Array<number>(16).fill(0)];
  for (let i = 0; i < bits.length; i += 1) {
    if (work[i] === 0) continue;
    for (const tap of [0, 4, 11, 16]) work[i + tap] = (work[i + tap] ?? 0) ^ 1;
  }
  return work.slice(-16).reduce((crc, bit, i) => crc | (bit << i), 0);
}
