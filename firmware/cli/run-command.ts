import { DEFAULT_SETTINGS, readSettings } from '../settings.js';
import type { Kit } from './kit.js';
import { run } from './run.js';
import { parseSpeed } from './speed.js';
import { wordsIn } from './words.js';

interface RunFlags {
  readonly data: string;
  readonly board?: string;
  readonly config?: string;
  readonly trace: readonly string[];
  readonly speed: string;
  readonly fault: readonly string[];
  readonly capture: readonly string[];
  readonly modem: readonly string[];
  readonly stick: readonly string[];
  readonly keys: readonly string[];
}

/** `run`: records. */
export function addRunCommand({ command, dataOption, help, language, say, watcher, world }: Kit): void {
  const { text } = wordsIn(language);
  command('run', help.run)
    .addOption(dataOption())
    .option('--board <ID>', help.board)
    .option('--config <FILE>', help.config)
    .option('--trace <DIR>', help.trace, collect, [])
    .option('--speed <N|max>', help.speed, '1')
    .option('--fault <KIND@AT:LENGTH[:LINE]>', help.fault, collect, [])
    .option('--capture <[LINE=]PCM>', help.capture, collect, [])
    .option('--modem <[LINE=]PORT[,PROFILE]>', help.modem, collect, [])
    .option('--stick <DIR[,FIELD=VALUE…]>', help.simulatedStick, collect, [])
    .option('--keys <KEYS@AT>', help.simulatedKeys, collect, [])
    .action(async (options: RunFlags) => {
      const settings = options.config === undefined ? DEFAULT_SETTINGS : await readSettings(options.config);
      const request = {
        id: options.board ?? (options.trace.length > 0 ? 'virtual' : 'auto'),
        traces: options.trace,
        speed: parseSpeed(options.speed),
        faults: options.fault,
        captures: new Map(options.capture.map(lineAndDevice)),
        modems: new Map(options.modem.map(lineAndDevice)),
        sticks: options.stick,
        keys: options.keys,
      };
      const onReady = () => void (world.isTerminal || say(`${text.recordingOn} ${options.data}`));
      const kept = await run(world, { folder: options.data, request, settings, watcher: watcher(), onReady });
      say(`${text.stopped}: ${kept}`);
    });
}

const collect = (value: string, before: readonly string[]): string[] => [...before, value];

/** `line-1=plughw:CARD=Device`, or a device for every line. */
function lineAndDevice(text: string): readonly [string, string] {
  const [, line = '*', device = text] = /^(line-\d+)=(.+)$/.exec(text) ?? [];
  return [line, device];
}
