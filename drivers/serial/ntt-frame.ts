/** Control characters without parity (ISO 646), as the frame uses them [S]. */
const ETX = 0x03;
const DLE = 0x10;
/** DLE SOH 07 DLE STX with even parity: every frame begins so. */
const OPENING: readonly number[] = [0x90, 0x81, 0x87, 0x90, 0x82];
/** The CRC begins after DLE SOH. */
const CRC_FROM = 2;

/** Services that carry the number of a caller: Number Display [S] and call waiting [?]. */
const SERVICES: readonly (number | undefined)[] = [0x40, 0x41];

/** An NTT Number Display frame whose parity, CRC and length held. */
export interface NttContent {
  /** Type, length, data, again and again, parity removed. */
  readonly fields: Uint8Array;
  /** Octets of the frame, CRC included. */
  readonly length: number;
}

/**
 * Takes a frame as on the wire apart: DLE SOH 07 DLE STX, service, length, fields, DLE ETX, CRC [S]. Null
 * unless every octet has even parity, the CRC is right, the service is one that names callers and the fields fill the length.
 */
export function readNttContent(octets: Uint8Array): NttContent | null {
  if (!OPENING.every((octet, i) => octets[i] === octet)) return null;
  const content: number[] = [];
  for (let at = OPENING.length; at < octets.length; ) {
    const octet = take(octets, at);
    at += 1;
    if (octet === null) return null;
    if (octet !== DLE) {
      content.push(octet);
      continue;
    }
    const second = take(octets, at);
    at += 1;
    if (second === DLE) content.push(DLE);
    else if (second === ETX) return close(octets, at, content);
    else return null;
  }
  return null;
}

/** The frame ends at `end`, but for its CRC, low octet first. */
function close(octets: Uint8Array, end: number, content: readonly number[]): NttContent | null {
  const crc = octets.subarray(CRC_FROM, end).reduce(crcOctet, 0);
  const [service, length] = content;
  const right = octets[end] === (crc & 0xff) && octets[end + 1] === crc >>> 8;
  if (!right || !SERVICES.includes(service) || length !== content.length - 2) return null;
  return { fields: Uint8Array.from(content.slice(2)), length: end + 2 };
}

/** The character without its parity bit; null past the end and where the parity is odd. */
function take(octets: Uint8Array, at: number): number | null {
  const octet = octets[at];
  if (octet === undefined) return null;
  let bits = octet ^ (octet >>> 4);
  bits ^= bits >>> 2;
  bits ^= bits >>> 1;
  return (bits & 1) === 0 ? octet & 0x7f : null;
}

/** x^16+x^12+x^5+1, starting at 0, least significant bit first, parity bits included. */
function crcOctet(crc: number, octet: number): number {
  let value = crc ^ octet;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0x8408 : value >>> 1;
  return value;
}
