/**
 * CRC of NTT Number Display: x^16+x^12+x^5+1, starting at 0, least significant bit first, over octets as on the wire
 * with their parity bits [S: two implementations agree; the standard itself has not been read].
 *
 * @param crc value so far, 0 to begin.
 * @param octet 0-255.
 */
export function crcOctet(crc: number, octet: number): number {
  let value = crc ^ octet;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0x8408 : value >>> 1;
  return value;
}

/** True when an even number of the eight bits are set. */
export function evenParity(octet: number): boolean {
  let bits = octet ^ (octet >>> 4);
  bits ^= bits >>> 2;
  bits ^= bits >>> 1;
  return (bits & 1) === 0;
}
