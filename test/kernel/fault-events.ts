import assert from 'node:assert/strict';
import type { FaultCode } from '../../firmware/faults/fault.js';
import type { Contents } from '../scenario/recorded.js';

/**
 * Requires that the register has of these faults, and of no other but those that `may` be there, that each came, and after its last
 * coming that it was over.
 */
export function requireCameAndWent(
  { faults }: Contents,
  codes: readonly FaultCode[],
  may: readonly FaultCode[] = [],
): void {
  const raised = faults.filter(({ kind }) => kind === 'fault-raised').map(({ code }) => code);
  const wanted = new Set([...codes, ...may.filter((code) => raised.includes(code))]);
  assert.deepEqual([...new Set(raised)].sort(), [...wanted].sort(), JSON.stringify(faults));
  for (const code of wanted) {
    const last = faults.filter((event) => event.code === code && event.kind !== 'fault-acknowledged').at(-1);
    assert.equal(last?.kind, 'fault-cleared', `${code}: ${JSON.stringify(faults)}`);
  }
}
