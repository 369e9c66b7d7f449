import { mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';

const undoings: (() => void)[] = [];

/** Undone when the bench ends, however it ends (but for SIGKILL): the latest first. */
export function undoAtExit(undo: () => void): void {
  if (undoings.length === 0) {
    process.once('exit', () => {
      for (const next of undoings.reverse()) next();
    });
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  }
  undoings.push(undo);
}

/** A fresh folder in `parent`, gone when the bench ends. */
export function scratchFolder(parent: string): string {
  const folder = mkdtempSync(path.join(parent, 'kikitome-bench-'));
  undoAtExit(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
