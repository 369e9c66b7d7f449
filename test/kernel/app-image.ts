import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, realpathSync, rmSync } from 'node:fs';
import path from 'node:path';
import { HOME } from '../support/world.js';

/** What is needed to build and never to run, by the first part of its name. */
const LEFT_OUT = /^(@biomejs|@esbuild|@types|@typescript|\.|esbuild|fast-check|sinon|tsx|typescript|undici-types)/u;

/** Builds the sources with the guest's programs, and makes a file system of them and of what they need at run time. */
export function makeAppImage(folder: string): string {
  const [root, image] = [path.join(folder, 'app'), path.join(folder, 'app.ext4')];
  mkdirSync(root, { recursive: true });
  const tsc = path.join(HOME, 'node_modules/.bin/tsc');
  execFileSync(tsc, ['-p', path.join(HOME, 'test/kernel'), '--outDir', root], { stdio: 'inherit' });
  cpSync(path.join(HOME, 'package.json'), path.join(root, 'package.json'));
  for (const name of ['session.sh', 'power.sh', 'appliance.sh', 'board.json']) {
    cpSync(path.join(HOME, 'test/kernel/guest', name), path.join(root, 'test/kernel/guest', name));
  }
  const modules = realpathSync(path.join(HOME, 'node_modules'));
  cpSync(modules, path.join(root, 'node_modules'), {
    recursive: true,
    filter: (file) => !LEFT_OUT.test(path.relative(modules, file)),
  });
  rmSync(image, { force: true });
  execFileSync('mke2fs', ['-q', '-t', 'ext4', '-O', '^has_journal', '-d', root, image, '160M'], { stdio: 'ignore' });
  return image;
}
