import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const REPORT = new URL('./support/report.js', import.meta.url);

/** What a bench with such figures prints and exits with. */
function checked(...actual: readonly (number | null)[]): { readonly told: string; readonly status: number } {
  const targets = actual.map((each, i) => ({ what: `figure ${i}`, atMost: 10, actual: each, unit: 'ms' }));
  const source = `import { check } from '${REPORT}'; check(${JSON.stringify(targets)}); process.stdout.write('kept');`;
  const args = ['--import', 'tsx', '--input-type=module', '-e', source];
  try {
    const cwd = fileURLToPath(new URL('../../', import.meta.url));
    return { told: execFileSync(process.execPath, args, { cwd, encoding: 'utf8' }), status: 0 };
  } catch (error) {
    const { stdout, status } = error as { stdout: string; status: number };
    return { told: stdout, status };
  }
}

describe('A bench that is asked to check its targets', () => {
  it('ends well where they are met, or could not be measured', () => {
    const { told, status } = checked(10, null);
    assert.match(told, /figure 0.* met\n.*figure 1.* not available\nkept$/u);
    assert.equal(status, 0);
  });

  it('ends with 1 where one is missed, after what comes behind', () => {
    const { told, status } = checked(3, 10.1);
    assert.match(told, /figure 0.* met\n.*figure 1.* MISSED\nkept$/u);
    assert.equal(status, 1);
  });
});
