/** How a caller's number was sent. `ntt` is Number Display, the others are named after their documents. */
export type CallerIdStandard = 'ntt' | 'bellcore-sdmf' | 'bellcore-mdmf' | 'etsi' | 'dtmf';

/** Why there is no number. */
export type Absence = 'withheld' | 'public-telephone' | 'unavailable' | 'service-conflict';

/** A field of a message that this code does not know. It was stepped over by its length. */
export interface SkippedField {
  /** Type octet. */
  readonly type: number;
  /** Octets of data that followed. */
  readonly length: number;
}

/** What a caller-ID message said, before anyone knows when. Exactly one of `number` and `absence` is present. */
export interface CallerIdMessage {
  readonly standard: CallerIdStandard;
  /** Digits as sent: no spaces, no country code added. */
  readonly number?: string;
  readonly absence?: Absence;
  /** Printable ASCII; blank names are absent. */
  readonly name?: string;
  /** MMDDHHMM as sent by the exchange; nobody checked that clock. */
  readonly dateTime?: string;
  /** The number that was called (dial-in), where the line has several. */
  readonly calledNumber?: string;
  /** The number the call was redirected from. */
  readonly redirectedFrom?: string;
  /** NTT service octet (0x40 caller ID, 0x41 call waiting); only with `ntt`. */
  readonly service?: number;
  readonly skipped?: readonly SkippedField[];
}

/** A caller ID, placed at the start of the signal that carried it. */
export interface CallerIdEvent extends CallerIdMessage {
  readonly kind: 'caller-id';
  readonly atMs: number;
}

/** One key, reported once, after it ended. */
export interface DtmfEvent {
  readonly kind: 'dtmf';
  readonly atMs: number;
  /** One of `0-9 A-D * #`. */
  readonly digit: string;
  readonly durationMs: number;
}

/** Call progress tones. `dial-interrupted` is the second dial tone, 0.125 s on and off. */
export type ToneName = 'dial' | 'dial-interrupted' | 'ringback' | 'busy';

/** A call progress tone, reported once, after it ended. For the tone sounding now see `SignalReceiver.tone`. */
export interface ToneEvent {
  readonly kind: 'tone';
  readonly atMs: number;
  readonly tone: ToneName;
  /** First onset to last end, pauses of the cadence included. */
  readonly durationMs: number;
}

/** What the line said. `atMs` is milliseconds since the first sample; events come in the order in which they were understood. */
export type SignalEvent = CallerIdEvent | DtmfEvent | ToneEvent;
