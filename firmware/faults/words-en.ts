import type { FaultCode } from './fault.js';
import type { FaultWords } from './fault-words.js';

export const FAULT_WORDS_EN: Readonly<Record<FaultCode, FaultWords>> = {
  STORAGE_MISSING: {
    title: 'the recording medium is missing',
    meanwhile: 'calls in progress wait in memory, four minutes a line; what comes after that is a gap in the record',
    remedy:
      'put the medium back, or check its cable; the recorder goes on by itself. Keep the medium that was taken out',
  },
  STORAGE_FAILING: {
    title: 'the recording medium refuses to be written',
    meanwhile: 'recording goes on in memory, four minutes a line, and writing is tried again every second',
    remedy:
      'no space left: delete what is there beside the store. Else move the store to a new medium (kikitome store move) and keep the old one as it is',
  },
  STORAGE_READ_ONLY: {
    title: 'the recording medium is read-only',
    meanwhile: 'recording goes on in memory, four minutes a line, and writing is tried again every second',
    remedy: 'check the write-protect switch; a file system that protects itself has seen errors: replace the medium',
  },
  STORE_DAMAGED: {
    title: 'damage was found in the store',
    meanwhile: 'recording goes on; what could be made whole was, the rest is left as it is',
    remedy: 'run kikitome check, keep what it says, and move the store to a new medium; do not format this one',
  },
  CAPTURE_LOST: {
    title: 'the sound device is lost: calls are noted, not heard',
    meanwhile: 'calls are put on record without sound, the loss as a gap; the device is tried again every second',
    remedy: 'check the cable of the sound device, or plug it in again',
  },
  CAPTURE_OVERRUN: {
    title: 'sound was lost for a moment',
    meanwhile: 'the gap is in the record, with its place and length; recording goes on',
    remedy: 'if it comes again: stop other programs on this box, and check its power supply',
  },
  LEVEL_DEAD: {
    title: 'no sound is heard in calls',
    meanwhile: 'calls are recorded, and are silent',
    remedy: 'check the cable between the line and the sound input; make a call and watch the level (kikitome status)',
  },
  LEVEL_CLIPPING: {
    title: 'calls are too loud and distorted',
    meanwhile: 'calls are recorded as they are heard',
    remedy: 'turn the input gain down until the level of loud speech is under -6 dBm0',
  },
  SENSE_LOST: {
    title: 'the line detector is lost: calls are not noticed',
    meanwhile: 'the detector is tried again; the time without it is counted as unwatched',
    remedy: 'check that the board sits firmly, then switch the box off and on',
  },
  LINE_DEAD: {
    title: 'there is no voltage on the telephone line',
    meanwhile: 'nobody can call or be called; the recorder stays ready',
    remedy: 'check the cable to the wall socket and the modem or gateway; if all is well, call the telephone company',
  },
  EDGES_LOST: {
    title: 'changes on the line came too fast to be seen',
    meanwhile: 'recording goes on; what was dialled, or when a call began or ended, may be misread',
    remedy: "if it comes again: stop other programs on this box, and have the line's detector looked at",
  },
  HANDSET_OFF_HOOK: {
    title: 'the handset has been left off the hook',
    meanwhile: 'nobody can call; the silence is recorded as a call until the handset is down',
    remedy: 'put the handset down; look for a second telephone on the same line',
  },
  MODEM_LOST: {
    title: 'the modem does not answer',
    meanwhile: 'calls are recorded; callers are read from the sound alone. It is tried again',
    remedy: "check the modem's cable, or plug it in again",
  },
  PROCESS_STALLED: {
    title: 'the recorder hung, or died and was started again',
    meanwhile: 'it runs again; what was lost is in the daily account (kikitome reckon)',
    remedy: 'take note of it; if it comes again, have the box looked at',
  },
  STILL_ON: {
    title: 'the box was to switch itself off, and is still on',
    meanwhile: 'it records again',
    remedy: 'do not unplug it: switch it off with sudo systemctl poweroff, and have the polkit rule looked at',
  },
  UNDER_VOLTAGE: {
    title: 'the supply voltage was too low',
    meanwhile: 'recording goes on; the box may stop at any time',
    remedy: 'use the power supply made for this box, and a short cable; unplug other devices',
  },
  OVER_TEMPERATURE: {
    title: 'the box is too hot',
    meanwhile: 'recording goes on; the box slows itself down',
    remedy: 'clear its air slots, and move it out of the sun and away from heat',
  },
  LID_OPENED: {
    title: 'the lid was opened',
    meanwhile: 'recording goes on; the opening is in the register',
    remedy: 'find out who opened it and why, see that it is closed, then take note of it',
  },
  CLOCK_DOUBTFUL: {
    title: 'the clock is not to be believed',
    meanwhile: 'recording goes on; nothing is erased by time',
    remedy: 'set the clock, then two people confirm it: kikitome clock --confirm NAME',
  },
  STORAGE_CROWDED: {
    title: 'something else has filled the recording medium',
    meanwhile: 'recording goes on in the room that the store has of its own',
    remedy: 'delete what is there beside the store, or move the store to a medium of its own (kikitome store move)',
  },
  STORAGE_WORN: {
    title: 'the recording medium nears the end of its life',
    meanwhile: 'recording goes on as before',
    remedy: 'get a new medium and move the store to it within weeks: kikitome store move',
  },
  RETENTION_CUT: {
    title: 'recordings went before their time for want of room',
    meanwhile: 'the oldest make room for new calls; each leaves its tombstone',
    remedy: 'give the store more room (kikitome store grow or move), or keep for a shorter time',
  },
  HOLD_BUDGET_NEAR: {
    title: 'held recordings take nearly all they may',
    meanwhile: 'further holds will be refused when the budget is used up',
    remedy: 'release what need not be held any more, or give the store more room',
  },
  STICK_REFUSED: {
    title: 'this USB stick cannot be used',
    meanwhile: 'nothing on it was opened or changed',
    remedy: 'use a stick of this office, with FAT, exFAT or ext4 on it, not write-protected',
  },
  STICK_FULL: {
    title: 'the USB stick has not enough room',
    meanwhile: 'nothing incomplete was left on it',
    remedy: 'use a larger or an empty stick',
  },
  STICK_PULLED: {
    title: 'the USB stick was pulled while it was written to',
    meanwhile: 'the recordings are unharmed in the box; the copy is not complete',
    remedy: 'find the stick: it holds part of the recordings. Plug it in again and begin anew',
  },
  STICK_FALSE: {
    title: 'the USB stick does not give back what was written',
    meanwhile: 'the recordings are unharmed in the box; the copy is void',
    remedy: 'do not use this stick any more: it is broken or smaller than it says',
  },
  PIN_LOCKED: {
    title: 'the PIN is locked after too many wrong ones',
    meanwhile: 'nothing is handed over; recording goes on',
    remedy: 'find out who tried, then have the PIN unlocked by whoever looks after the box',
  },
  SOCKET_UNWATCHED: {
    title: 'the USB sockets cannot be watched',
    meanwhile: 'no stick is noticed; the sockets are tried again every half minute; recording goes on',
    remedy: 'switch the box off and on; if it stays, install it anew (udev is missing or does not answer)',
  },
};
