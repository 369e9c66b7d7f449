/** How speech is kept. Constant bit rate, mono. */
export interface Mp3Options {
  /** One of the MPEG-1/2/2.5 rates: 8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000. */
  readonly sampleRateHz: number;
  /** Bits per second: 8000 to 320000, one of Layer III's rates for `sampleRateHz`. */
  readonly bitRate: number;
  /**
   * Samples that came right before the first one encoded, oldest first (as many as there are, up to `leadInSamples`).
   * They warm the filter bank and are not heard.
   */
  readonly leadIn: Int16Array;
}

/**
 * One MPEG Layer III stream in the making. The concatenation of all that is returned is a valid stream without any
 * header frame: its decoded sample 0 is the first sample given, to the sample, for a decoder with the usual delay of
 * 529 samples; every frame can be decoded without the frames before it (no bit reservoir reaches back).
 */
export interface Mp3Encoder {
  /** Decoded samples in one frame: 576 below 32 kHz, else 1152. */
  readonly samplesPerFrame: number;

  /** Takes any number of samples, returns the frames that became complete, one array for each. The caller owns them. */
  encode(samples: Int16Array): Uint8Array[];

  /** Ends the stream: pads with zeros to a whole frame, returns the last frames. Exactly ceil(given / samplesPerFrame) frames have then been returned. */
  finish(): Uint8Array[];

  /** Releases the encoder. Safe at any time, any number of times; the object is unusable afterwards. */
  close(): void;
}

/** LAME, whichever way it is hosted: makes encoders, one for each recording. */
export interface Mp3Codec {
  /** For people and records, for example `libmp3lame 3.100` or `wasm lame 3.100`. */
  readonly name: string;

  /** Most samples of lead-in that `open` can use at any rate. */
  readonly leadInSamples: number;

  /** Throws `HalError` `FORMAT_REFUSED` for a rate pair that Layer III does not have. */
  open(options: Mp3Options): Mp3Encoder;
}
