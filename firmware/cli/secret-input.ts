import { KikitomeError } from '../errors.js';
import type { Input, World } from './world.js';

/** Longest line that is read. */
const LINE_MAX_CHARS = 1000;
const CTRL_C = '\u0003';
const CTRL_D = '\u0004';
const ERASERS = ['\u007f', '\b'];

/** Asks at the terminal and shows nothing of the answer. Throws `USAGE` where there is no terminal, or the person gives up. */
export async function askHidden({ input, err }: Pick<World, 'input' | 'err'>, question: string): Promise<string> {
  if (!input.isTTY || !input.setRawMode)
    throw new KikitomeError('USAGE', 'type it at a terminal, or give it to --stdin');
  err.write(question);
  input.setRawMode(true);
  try {
    return await typedLine(input);
  } finally {
    input.setRawMode(false);
    input.pause();
    err.write('\n');
  }
}

async function typedLine(input: Input): Promise<string> {
  let typed = '';
  for await (const chunk of input.iterator({ destroyOnReturn: false })) {
    for (const sign of String(chunk)) {
      if (sign === '\r' || sign === '\n') return typed;
      if (sign === CTRL_C || sign === CTRL_D) throw new KikitomeError('USAGE', 'given up; nothing was changed');
      if (ERASERS.includes(sign)) typed = typed.slice(0, -1);
      else if (typed.length < LINE_MAX_CHARS) typed += sign;
    }
  }
  throw new KikitomeError('USAGE', 'the terminal went away; nothing was changed');
}

/** The one line that is piped in, without its end. Throws `USAGE` where there is none, or another one came with it. */
export async function lineFrom(input: Input): Promise<string> {
  let text = '';
  for await (const chunk of input.iterator({ destroyOnReturn: false })) {
    text += String(chunk);
    if (text.includes('\n') || text.length > LINE_MAX_CHARS) break;
  }
  input.pause();
  const [line = '', ...more] = text.split(/\r?\n/);
  if (line === '' || line.length > LINE_MAX_CHARS || more.some((each) => each !== ''))
    throw new KikitomeError('USAGE', 'one line is wanted on standard input');
  return line;
}
