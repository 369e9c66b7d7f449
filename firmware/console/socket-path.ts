import { closeSync, constants, openSync } from 'node:fs';
import path from 'node:path';
import { SOCKET_NAME } from './protocol.js';

/** `sun_path` holds 108 bytes with its final zero (unix(7)). */
const SOCKET_PATH_MAX_BYTES = 107;

/**
 * A name for the folder's socket that is short enough, however deep the folder is; undefined for a folder that cannot be opened.
 * Call `release` once it has been used.
 */
export function socketPath(folder: string): { readonly path: string; readonly release: () => void } | undefined {
  const plain = path.join(folder, SOCKET_NAME);
  if (Buffer.byteLength(plain) <= SOCKET_PATH_MAX_BYTES) return { path: plain, release: () => undefined };
  let fd: number;
  try {
    fd = openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY);
  } catch {
    return undefined; // opening the store says what is wrong with it
  }
  return { path: `/proc/self/fd/${fd}/${SOCKET_NAME}`, release: () => closeSync(fd) };
}
