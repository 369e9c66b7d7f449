import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { ERROR_CATALOGUE } from '../../../firmware/cli/error-catalogue.js';

/** Where each part of the program says which codes it has: unions of strings. */
const SOURCES = [
  'boards/board-error.ts',
  'drivers/simulated/errors.ts',
  'firmware/errors.ts',
  'hal/errors.ts',
  'storage/errors.ts',
];

describe('the catalogue of errors', () => {
  for (const source of SOURCES) {
    it(`has every code of ${source}`, () => {
      const text = readFileSync(new URL(`../../../${source}`, import.meta.url), 'utf8');
      const codes = [...text.matchAll(/^\s+(?:\| )?'([A-Z][A-Z_]+)'/gmu)].map(([, code = '']) => code);
      assert.ok(codes.length > 0);
      assert.deepEqual(
        codes.filter((code) => !Object.hasOwn(ERROR_CATALOGUE, code)),
        [],
      );
    });
  }
});
