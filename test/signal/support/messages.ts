/** Builders of caller-ID messages, written from the tables of the standards and not from the decoder. */

const ascii = (text: string): number[] => [...text].map((c) => c.charCodeAt(0));

/** Type, length, data. */
export const field = (type: number, data: string | readonly number[]): number[] => {
  const octets = typeof data === 'string' ? ascii(data) : [...data];
  return [type, octets.length, ...octets];
};

const withChecksum = (octets: readonly number[]): number[] => {
  const sum = octets.reduce((a, b) => a + b, 0);
  return [...octets, (256 - (sum % 256)) % 256];
};

export const sdmf = (dateTime: string, number: string): number[] => withChecksum(field(0x04, ascii(dateTime + number)));

export const mdmf = (...fields: readonly number[][]): number[] => withChecksum(field(0x80, fields.flat()));

const evenParity = (octet: number): number => {
  let ones = 0;
  for (let bit = 0; bit < 7; bit += 1) ones += (octet >> bit) & 1;
  return ones % 2 === 0 ? octet : octet | 0x80;
};

/** Bit by bit: shift right, fold in 0x8408 (x^16+x^12+x^5+1 reversed). */
const crc16 = (octets: readonly number[]): number => {
  let crc = 0;
  for (const octet of octets) {
    for (let bit = 0; bit < 8; bit += 1) {
      const carry = ((octet >> bit) ^ crc) & 1;
      crc >>= 1;
      if (carry) crc ^= 0x8408;
    }
  }
  return crc;
};

/** A Number Display frame with the given service and fields. */
export const nttFrame = (service: number, ...fields: readonly number[][]): number[] => {
  const content = field(service, fields.flat());
  const doubled = content.flatMap((octet) => (octet === 0x10 ? [0x10, 0x10] : [octet]));
  const covered = [0x07, 0x10, 0x02, ...doubled, 0x10, 0x03].map(evenParity);
  const crc = crc16(covered);
  return [evenParity(0x10), evenParity(0x01), ...covered, crc & 0xff, crc >> 8];
};

export const nttNumber = (number: string): number[] => nttFrame(0x40, field(0x02, number));
