import type { Mp3Codec } from '../../hal/codec.js';
import { HalError } from '../../hal/errors.js';
import { openNativeLame } from './native.js';
import { openWasmLame } from './wasm.js';

/**
 * The best LAME on this machine: the system's library, else the WebAssembly build, at about twice the CPU. The codec's
 * `name` tells which. Rejects with `HalError` `LIBRARY_MISSING` if there is neither.
 */
export async function openMp3Codec(): Promise<Mp3Codec> {
  try {
    return openNativeLame();
  } catch (error) {
    if (error instanceof HalError && error.code === 'LIBRARY_MISSING') return openWasmLame();
    throw error;
  }
}
