import { type MdmfStandard, readBellcore } from './bellcore-message.js';
import type { CallerIdMessage } from './events.js';
import type { Reading } from './message-fields.js';
import { readNtt } from './ntt-message.js';
import { Octets } from './octets.js';

/** Channel seizure, `U`: the manuals say that a modem leaves it out; some of it may slip through. */
const SEIZURE = 0x55;

/** Reads the characters of one burst as whichever message they are. */
export function readMessage(octets: Octets, mdmf: MdmfStandard): Reading<CallerIdMessage> {
  const ntt = readNtt(octets);
  if ('message' in ntt) return ntt;
  const bellcore = readBellcore(octets, mdmf);
  if ('message' in bellcore) return bellcore;
  return { wants: Math.max(ntt.wants, bellcore.wants) };
}

/**
 * Reads a message that a modem told octet by octet: what our own ear must see hold must hold here, too. Null for anything
 * else; octets after the checksum are not looked at. Which modem sent it is not told: `etsi` passes for `bellcore-mdmf`.
 */
export function readToldMessage(told: Uint8Array): CallerIdMessage | null {
  const from = told.findIndex((octet) => octet !== SEIZURE);
  if (from < 0) return null;
  const octets = new Octets();
  for (const octet of told.subarray(from)) octets.add(octet, 0, 1, 1);
  const reading = readMessage(octets, 'bellcore-mdmf');
  return 'message' in reading ? reading.message : null;
}
