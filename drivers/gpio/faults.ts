import { HalError, type HalErrorCode } from '../../hal/errors.js';
import { Errno, errnoName } from '../kernel/errno.js';

const FAULTS: Readonly<Record<number, readonly [code: HalErrorCode, advice: string]>> = {
  [Errno.NOENT]: ['DEVICE_MISSING', 'no such device'],
  [Errno.ACCES]: ['DEVICE_MISSING', 'may not be opened; is this user in the group gpio?'],
  [Errno.BUSY]: [
    'DEVICE_BUSY',
    'a line is in use by another program or driver: a recorder that runs (`systemctl stop kikitome`)? `gpioinfo` tells',
  ],
  [Errno.INVAL]: ['FORMAT_REFUSED', 'the chip cannot do what the board asks of a line'],
  [Errno.NOTTY]: ['FORMAT_REFUSED', 'this is no GPIO chip'],
};

/** What to tell of lines that could not be taken. `error` is a negative errno. */
export function takeFault(device: string, error: number): HalError {
  const [code, advice] = FAULTS[error] ?? ['DEVICE_MISSING', 'the lines cannot be taken'];
  return new HalError(code, device, `${advice} (${errnoName(error)})`);
}

/** What to tell of lines that were taken and do not answer any more. */
export function lostFault(device: string, error: number): HalError {
  return new HalError('DEVICE_GONE', device, `the lines are gone (${errnoName(error)})`);
}
