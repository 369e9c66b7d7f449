import type { SignalEvent } from '../../../firmware/signal/events.js';
import { SignalReceiver, type SignalReceiverOptions } from '../../../firmware/signal/receiver.js';

/** Everything a receiver says about `samples`, given to it `chunk` at a time. */
export function decode(samples: Int16Array, options: SignalReceiverOptions, chunk = 4096): SignalEvent[] {
  const events: SignalEvent[] = [];
  const receiver = new SignalReceiver(options, (event) => events.push(event));
  for (let i = 0; i < samples.length; i += chunk) receiver.push(samples.subarray(i, i + chunk));
  receiver.flush();
  return events;
}
