/**
 * What tells a call from noise on a Japanese analog line, in milliseconds. Tags: [S] read in a public source, [I] our inference; each
 * can be set in the configuration (`call`).
 */
export interface CallTiming {
  /** A hook level counts once it has stood this long after the last edge. Below the make of 20 pps pulse dialling (14 ms) [S]. */
  readonly hookSettleMs: number;
  /**
   * Edges no further apart than this follow one another: a whole wave of the mains is 20 ms at 50 Hz, 17 ms at 60 Hz; the shortest break
   * of a dial is 29.6 ms (20 pps [S]), a half-wave of ringing current 31 ms (16 Hz [S]).
   */
  readonly chatterGapMs: number;
  /** Where edges follow one another for so long it is no contact's bounce, a few ms, but a detector that chatters [I]. */
  readonly chatterMs: number;
  /** … and after so long it is a fault, and not a hand that was slow [I]. */
  readonly chatterFaultMs: number;
  /** It has come to rest once its level has stood for so long: ten waves of the mains. Less than audio is encoded late [I]. */
  readonly chatterRestMs: number;
  /** Off-hook out of nothing for less than this is nobody's call: a tap of the cradle, a loose contact [I]. */
  readonly liftMinMs: number;
  /** So many of them are kept like calls at once (a number) … [I] */
  readonly tapsAtOnce: number;
  /** … and one more for each of these that goes by [I]. */
  readonly tapBackMs: number;
  /** Longest break of a dial pulse: 10 pps at 30 % make is 70 ms [S], with room [I]. */
  readonly pulseBreakMaxMs: number;
  /** On-hook for at least this long is a hook flash [I]. */
  readonly flashMinMs: number;
  /** On-hook for longer than this is a hang-up. Between a flash and it the call goes on [I]. */
  readonly hangUpMs: number;
  /** Ringing voltage for less than this in all rings nobody's bell: a tap, a test [I]. */
  readonly ringMinMs: number;
  /** A shorter pause is none: the shortest that is sent is 200 ms (GR-506, pattern 3) [S]. */
  readonly ringRestMs: number;
  /** Ringing without a pause for so long is a detector that is stuck: Japan sends 1 s, North America 2 s [S], some PBX more [I]. */
  readonly ringBurstMaxMs: number;
  /** The longest pause in ringing: Japan 2 s [S], some PBX lines 3 s; a lift after it is a call of its own [I]. */
  readonly ringPauseMaxMs: number;
  /** Longest burst, and longest pause, of the CAR cadence that asks a Number Display telephone to fetch the number: 600 ms [S], with room [I]. */
  readonly carMaxMs: number;
  /** From the primary answer to the end of the number: silence up to 0.8 s [S], data, and room [I]. Off-hook for longer without it is a person. */
  readonly primaryDataMs: number;
  /** Off-hook in the CAR cadence without data and without a voice for as long as this is a person all the same [I]. */
  readonly primarySilentMs: number;
  /** A Number Display telephone is on-hook again within 7 s of the data [S]; off-hook for longer is a person. */
  readonly primaryReleaseMs: number;
  /** Ordinary ringing follows the reception within this [I]. */
  readonly afterReceptionMs: number;
  /** A number that was sent before the first ring is of that call if it rings within this [I]. */
  readonly callerAheadMs: number;
  /** A modem tells who calls at most so long after the answer: its last line, and a slow port [I]. */
  readonly modemLateMs: number;
  /** A digit that comes this long after the one before is not of the number any more [I]. */
  readonly digitPauseMaxMs: number;
  /** The hook pressed within this after a digit is for dialling anew; later it is for a transfer or the like [I]. */
  readonly redialMs: number;
  /** Off-hook without dialling for longer than this is a conversation all the same: digits may have been missed [I]. */
  readonly undialledCallMs: number;
}

export const DEFAULT_TIMING: CallTiming = {
  hookSettleMs: 10,
  chatterGapMs: 20,
  chatterMs: 100,
  chatterFaultMs: 500,
  chatterRestMs: 200,
  liftMinMs: 1000,
  tapsAtOnce: 12,
  tapBackMs: 3_600_000,
  pulseBreakMaxMs: 100,
  flashMinMs: 200,
  hangUpMs: 1500,
  ringMinMs: 200,
  ringRestMs: 150,
  ringBurstMaxMs: 6000,
  ringPauseMaxMs: 4000,
  carMaxMs: 750,
  primaryDataMs: 3500,
  primarySilentMs: 8000,
  primaryReleaseMs: 7500,
  afterReceptionMs: 6000,
  callerAheadMs: 10_000,
  modemLateMs: 3000,
  digitPauseMaxMs: 12_000,
  redialMs: 5000,
  undialledCallMs: 30_000,
};
