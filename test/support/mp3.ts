import { spawnSync } from 'node:child_process';

const MOST_BYTES = 2 ** 30;

/** What mpg123 prints about a stream it has nothing to say against; the last two once per stream. */
const GREETING = [/^High Performance MPEG/, /^\t(version|free software)/, /^Playing MPEG stream 1 of 1: /];
const FORMAT = /^MPEG [\d.]+ L III cbr\d+ \d+ mono$/;
const GOODBYE = /^\[\d+:\d+\] Decoding of .* finished\.$/;

/**
 * What an independent decoder (mpg123) hears: mono, 16-bit, at the stream's own rate, nothing trimmed: index 0 is the
 * decoder's very first sample. Throws if mpg123 is missing or fails.
 */
export function decodeMp3(bytes: Uint8Array): Int16Array {
  const { stdout } = mpg123(bytes, '-q', '-s', '-e', 's16', '-m', '--no-gapless', '--no-infoframe', '-');
  return new Int16Array(stdout.buffer.slice(stdout.byteOffset, stdout.byteOffset + stdout.byteLength));
}

/**
 * Throws if `mpg123 -t` finds anything to complain of, or hears another number of streams than one of constant bit rate,
 * Layer III and mono. mpg123 says nothing of a last frame cut short nor of a first one whose reservoir is missing, and
 * its exit status is 0 whatever it finds.
 */
export function checkMp3(bytes: Uint8Array): void {
  const { stdout, stderr } = mpg123(bytes, '-t', '--no-infoframe', '-');
  const said = `${stdout}${stderr}`.split(/[\r\n]+/).filter((line) => line !== '');
  const odd = said.filter((line) => ![...GREETING, FORMAT, GOODBYE].some((known) => known.test(line)));
  if (odd.length > 0) throw new Error(`mpg123 complains: ${odd.join(' | ')}`);
  if (said.filter((line) => FORMAT.test(line)).length !== 1) throw new Error('mpg123 hears no single MP3 stream');
}

function mpg123(bytes: Uint8Array, ...options: string[]): { stdout: Buffer; stderr: Buffer } {
  const run = spawnSync('mpg123', options, { input: bytes, maxBuffer: MOST_BYTES });
  if (run.error) throw new Error('mpg123 cannot be run; install the package mpg123', { cause: run.error });
  if (run.status !== 0) throw new Error(`mpg123 fails (${run.status}): ${run.stderr}`);
  return run;
}
