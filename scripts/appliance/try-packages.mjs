import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

/**
 * `try-packages.mjs FOLDER ARCH`: whether every package that FOLDER's lock file wants on Linux and ARCH (`x64`, `arm64`) is there, and
 * whatever is a compiled program can be loaded; another processor's is looked for. Says what is wrong and ends with 1. npm leaves optional
 * packages out without a word, and a recorder without them starts, and neither hears nor watches a line.
 */
const [folder, arch] = process.argv.slice(2);
/** What is loaded, and the folder that has it for this processor. */
const COMPILED = {
  koffi: `@koromix/koffi-linux-${arch}/linux_${arch}`,
  '@serialport/bindings-cpp/dist/poller.js': `@serialport/bindings-cpp/prebuilds/linux-${arch}`,
  serialport: `@serialport/bindings-cpp/prebuilds/linux-${arch}`,
  '@node-rs/argon2': `@node-rs/argon2-linux-${arch}-gnu`,
  'classic-level': `classic-level/prebuilds/linux-${arch}`,
};

function wrong() {
  const { packages } = JSON.parse(readFileSync(path.join(folder, 'package-lock.json'), 'utf8'));
  const suits = (wanted, word) => wanted === undefined || wanted.includes(word);
  for (const [place, { dev, os, cpu, libc }] of Object.entries(packages)) {
    if (dev || !suits(os, 'linux') || !suits(cpu, arch) || !suits(libc, 'glibc')) continue;
    if (!existsSync(path.join(folder, place, 'package.json'))) return `${place} is missing`;
  }
  const require = createRequire(path.join(path.resolve(folder), 'package.json'));
  for (const [name, place] of Object.entries(COMPILED)) {
    const compiled = path.join(folder, 'node_modules', place);
    if (!existsSync(compiled) || !readdirSync(compiled).some((file) => file.endsWith('.node')))
      return `${name} has nothing for ${arch}`;
    if (arch !== process.arch) continue;
    try {
      require(name);
    } catch (error) {
      return `${name} cannot be loaded: ${String(error.message).split('\n', 1)[0]}`;
    }
  }
  return undefined;
}

const found = wrong();
if (found !== undefined) {
  console.log(found);
  process.exitCode = 1;
}
