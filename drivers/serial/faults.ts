import { HalError, type HalErrorCode } from '../../hal/errors.js';
import type { DialogueOutput } from './at-dialogue.js';

/** The package's errors have no codes; their text is the C library's, in English whatever the locale of this process. */
const OPEN_FAULTS: readonly (readonly [said: RegExp, code: HalErrorCode, advice: string])[] = [
  [/cannot lock|busy/i, 'DEVICE_BUSY', 'in use by another program'],
  [/permission denied/i, 'DEVICE_MISSING', 'may not be opened; is this user in the group dialout?'],
  [/no such (file|device)/i, 'DEVICE_MISSING', 'no such port'],
  [/inappropriate ioctl|is a directory/i, 'DEVICE_MISSING', 'not a serial port'],
];

/** What to tell of a port that did not open. */
export function openFault(device: string, cause: unknown): HalError {
  const said = cause instanceof Error ? cause.message.replace(/\s+/g, ' ') : String(cause);
  const [, code, advice] = OPEN_FAULTS.find(([pattern]) => pattern.test(said)) ?? [
    /./,
    'DEVICE_MISSING',
    'cannot be opened',
  ];
  return new HalError(code, device, `${advice} (${said})`, { cause });
}

/** What to tell where the package cannot be loaded. */
export function libraryFault(device: string, cause: unknown): HalError {
  return new HalError('LIBRARY_MISSING', device, 'cannot be opened; the npm package serialport is not installed', {
    cause,
  });
}

/** What to tell of a port lost while open. */
export function lostFault(device: string, cause: Error): HalError {
  return new HalError('DEVICE_GONE', device, `the port went away (${cause.message.replace(/\s+/g, ' ')})`, { cause });
}

/** What to tell of a modem with which no talk is possible. */
export function dialogueFault(
  device: string,
  { fault, command }: Extract<DialogueOutput, { kind: 'fault' }>,
): HalError {
  switch (fault) {
    case 'absent':
      return new HalError('DEVICE_MISSING', device, `no modem answers on this port (said ${command})`);
    case 'refused':
      return new HalError('PROTOCOL', device, `the modem refuses ${command}; is this the right profile for it?`);
    case 'silent':
      return new HalError('DEVICE_GONE', device, 'the modem answers no more');
  }
}
