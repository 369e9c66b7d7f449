import assert from 'node:assert/strict';
import type { MakeBench } from '../bench.js';

/** The contract of the pins on the kernel's own GPIO device. */
export async function pins(make: MakeBench): Promise<string[]> {
  const out = await make().run(
    'node /app/node_modules/mocha/bin/mocha.js --no-config --timeout 0 --reporter spec $guest/pins-contract.js',
  );
  return [out.match(/^\s*(\d+ passing.*)$/mu)?.[1] ?? assert.fail(out)];
}
