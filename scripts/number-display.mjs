// NTT Number Display: the frame that the exchange sends, and its sound. As the public descriptions have it:
// DLE SOH 07 DLE STX | 40 length {type length data} | DLE ETX | CRC, V.23 at 1200 bit/s, 75 mark bits first.

const [STX, ETX, DLE] = [0x02, 0x03, 0x10];
const CALLER_ID = 0x40;
export const NUMBER = 0x02;
export const ABSENCE = 0x04;
export const NAME = 0x07;

const BIT_RATE = 1200;
const MARK_HZ = 1300;
const SPACE_HZ = 2100;
const MARK_BITS = 75;

const withEvenParity = (octet) => {
  let ones = 0;
  for (let rest = octet; rest > 0; rest >>= 1) ones += rest & 1;
  return octet | ((ones & 1) << 7);
};

/** x^16 + x^12 + x^5 + 1, least significant bit first. */
function crcOf(octets) {
  let crc = 0;
  for (const octet of octets) {
    crc ^= octet;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >> 1) ^ 0x8408 : crc >> 1;
  }
  return crc;
}

/** Octets of the frame that carries these fields: `[[NUMBER, '0961234567']]`. */
function frameOf(fields) {
  const data = fields.flatMap(([type, text]) => [type, text.length, ...Buffer.from(text, 'latin1')]);
  const content = [CALLER_ID, data.length, ...data].flatMap((octet) => (octet === DLE ? [DLE, DLE] : [octet]));
  const covered = [0x07, DLE, STX, ...content, DLE, ETX].map(withEvenParity);
  const crc = crcOf(covered);
  return [withEvenParity(DLE), withEvenParity(0x01), ...covered, crc & 0xff, crc >> 8];
}

/** Samples of the frame, peak 1. */
export function numberSound(fields, rateHz) {
  const bits = Array(MARK_BITS).fill(1);
  for (const octet of frameOf(fields)) {
    bits.push(0);
    for (let bit = 0; bit < 8; bit += 1) bits.push((octet >> bit) & 1);
    bits.push(1);
  }
  bits.push(1, 1);
  let phase = 0;
  return Float64Array.from({ length: Math.round((bits.length * rateHz) / BIT_RATE) }, (_, index) => {
    const bit = bits[Math.min(bits.length - 1, Math.floor((index * BIT_RATE) / rateHz))];
    phase += (2 * Math.PI * (bit ? MARK_HZ : SPACE_HZ)) / rateHz;
    return Math.sin(phase);
  });
}
