import { z } from 'zod';
import { KikitomeError } from '../errors.js';
import { readPlain } from '../plain-file.js';
import type { SignalEvent } from '../signal/events.js';
import { readHook } from '../signal/hook.js';
import { SignalReceiver } from '../signal/receiver.js';
import { Complained, complaintOf } from './complaint.js';
import type { Kit } from './kit.js';
import { signalLines } from './signal-lines.js';
import { wordsIn } from './words.js';
import type { OpenedWav } from './world.js';

/** Samples read and decoded at a time: 4 s at 8 kHz. */
const CHUNK_SAMPLES = 32_768;

interface DecodeFlags {
  readonly jsonl: boolean;
  readonly hook: boolean;
}

/** `decode`: what the signalling decoders hear in WAVs, or read out of lists of hook edges. */
export function addDecodeCommand(kit: Kit): void {
  const { command, help, language, say, world } = kit;
  const { text } = wordsIn(language);

  command('decode', help.decode)
    .argument('<FILE...>', help.decodeFile)
    .option('--jsonl', help.jsonl, false)
    .option('--hook', help.decodeHook, false)
    .action(async (files: readonly string[], { jsonl, hook }: DecodeFlags) => {
      const told = async (file: string): Promise<void> => {
        if (hook) {
          for (const entry of await hookEntries(file)) say(JSON.stringify(entry));
          return;
        }
        const events = decodeWav(await world.openWav(file));
        if (jsonl) say(JSON.stringify({ file, events }));
        else for (const line of signalLines(file, events, text.heardNothing, language)) say(line);
      };
      await eachComplaining(kit, files, told);
    });
}

/** Does `task` for every item. What fails is said, one line each, and the rest is done all the same. Throws `Complained` in the end. */
async function eachComplaining(
  kit: Kit,
  items: readonly string[],
  task: (item: string) => Promise<void>,
): Promise<void> {
  let exit = 0;
  for (const item of items) {
    try {
      await task(item);
    } catch (error) {
      const complaint = complaintOf(error, kit.language);
      kit.world.err.write(`${complaint.line}\n`);
      exit = Math.max(exit, complaint.exit);
    }
  }
  if (exit !== 0) throw new Complained(exit);
}

/**
 * Everything heard in a WAV, in the order in which it was understood. Closes it. Throws `WAV_RATE_UNHEARD` for a rate the decoders
 * cannot work at, and what reading throws.
 */
function decodeWav(wav: OpenedWav): SignalEvent[] {
  try {
    const events: SignalEvent[] = [];
    const receiver = receiverFor(wav, (event) => events.push(event));
    const chunk = new Int16Array(Math.min(CHUNK_SAMPLES, wav.samples));
    for (let first = 0; first < wav.samples; first += chunk.length) {
      const piece = chunk.subarray(0, Math.min(chunk.length, wav.samples - first));
      wav.read(first, piece);
      receiver.push(piece);
    }
    receiver.flush();
    return events;
  } finally {
    wav.close();
  }
}

function receiverFor({ path, sampleRateHz }: OpenedWav, onEvent: (event: SignalEvent) => void): SignalReceiver {
  try {
    return new SignalReceiver({ sampleRateHz }, onEvent);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new KikitomeError('WAV_RATE_UNHEARD', `${path}: ${error.message}`, { cause: error });
  }
}

const edge = z.tuple([z.number(), z.enum(['on', 'off'])]);
const edgeLists = z.array(z.object({ name: z.string(), edges: z.array(edge) }));

/** Each list of edges in a file, read. Throws `HOOK_MISSING`, `HOOK_NOT_JSON`, `HOOK_FIELDS`. */
async function hookEntries(file: string): Promise<{ readonly name: string; readonly calls: unknown }[]> {
  const json = await readPlain(file).catch((error: unknown) => {
    throw new KikitomeError('HOOK_MISSING', file, { cause: error });
  });
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw new KikitomeError('HOOK_NOT_JSON', `${file}: ${(error as Error).message}`, { cause: error });
  }
  const parsed = edgeLists.safeParse(value);
  if (parsed.success) return parsed.data.map(({ name, edges }) => ({ name, ...readHook(edges) }));
  const issue = parsed.error.issues[0];
  throw new KikitomeError('HOOK_FIELDS', `${file}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`);
}
