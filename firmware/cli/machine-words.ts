import type { ClockTrust } from '../../hal/clock.js';
import type { MachineState } from '../faults/watch.js';
import type { Language } from './language.js';

type BatteryState = NonNullable<MachineState['batteryClock']>['state'];
type WatchdogState = NonNullable<MachineState['watchdog']>['state'];

interface MachineWords {
  readonly clock: string;
  readonly trust: Readonly<Record<ClockTrust, string>>;
  readonly batteryClock: string;
  readonly battery: Readonly<Record<BatteryState, string>>;
  readonly off: string;
  readonly seconds: string;
  readonly watchdog: string;
  readonly dog: Readonly<Record<WatchdogState, string>>;
}

const WORDS: Readonly<Record<Language, MachineWords>> = {
  ja: {
    clock: '時計',
    trust: { synchronised: '同期済み', 'free-running': '同期していない', unset: '合っていない' },
    batteryClock: '電池の時計',
    battery: {
      kept: '時刻を保っている',
      lost: '時刻を失っている。電池を替え、時刻を合わせてください',
      missing: '見つからない。配線と config.txt を確かめてください',
    },
    off: '本体との差',
    seconds: '秒',
    watchdog: 'ウォッチドッグ',
    dog: {
      active: '動作中',
      inactive: '動いていない。止まっても再起動しません',
      unknown: 'わからない(カーネルが示さない)',
      missing: '見つからない',
    },
  },
  en: {
    clock: 'clock',
    trust: { synchronised: 'synchronised', 'free-running': 'not synchronised', unset: 'not set' },
    batteryClock: 'clock with a battery',
    battery: {
      kept: 'kept the time',
      lost: 'has lost the time: change its battery, then set the time',
      missing: 'is not there: check its wires and config.txt',
    },
    off: 'from the system by',
    seconds: 's',
    watchdog: 'hardware watchdog',
    dog: {
      active: 'active',
      inactive: 'not active: a machine that hangs stays so',
      unknown: 'not known: the kernel does not say',
      missing: 'is not there',
    },
  },
};

/** What is known of the machine that records, a line for each. */
export function machineLines(
  { clock, batteryClock, watchdog }: MachineState & { readonly clock: ClockTrust },
  language: Language,
): string[] {
  const words = WORDS[language];
  const lines = [`${words.clock}: ${words.trust[clock]}`];
  if (batteryClock !== null) {
    const { state, offMs } = batteryClock;
    const off = offMs === null ? '' : ` (${words.off} ${(offMs / 1000).toFixed(0)} ${words.seconds})`;
    lines.push(`${words.batteryClock}: ${words.battery[state]}${off}`);
  }
  if (watchdog !== null) {
    const { state, timeoutS } = watchdog;
    const timeout = timeoutS === null || state !== 'active' ? '' : ` (${timeoutS} ${words.seconds})`;
    lines.push(`${words.watchdog}: ${words.dog[state]}${timeout}`);
  }
  return lines;
}
