import type { CallerIdEvent, SignalEvent, ToneEvent } from '../../../firmware/signal/events.js';
import { decode } from './decode.js';
import { LineSignal } from './line-signal.js';

/** `signal` with silence around it: 150 ms before, 200 ms after. */
export function placed(signal: LineSignal): LineSignal {
  const durationMs = (signal.samples.length * 1000) / signal.sampleRateHz;
  return new LineSignal(durationMs + 350, signal.sampleRateHz).add(signal, 150);
}

/** Everything heard in `signal`. */
export function heard(signal: LineSignal): SignalEvent[] {
  return decode(signal.toPcm(), { sampleRateHz: signal.sampleRateHz });
}

export const callerIds = (events: readonly SignalEvent[]): CallerIdEvent[] =>
  events.filter((event) => event.kind === 'caller-id');

export const tones = (events: readonly SignalEvent[]): ToneEvent[] => events.filter((event) => event.kind === 'tone');

/** Keys heard, as one text. */
export const keys = (events: readonly SignalEvent[]): string =>
  events.flatMap((event) => (event.kind === 'dtmf' ? [event.digit] : [])).join('');
