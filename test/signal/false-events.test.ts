import assert from 'node:assert/strict';
import { falseEvents, toldOf } from './support/false-events.js';

const SECONDS = 20 * 60;

describe('signal: false events', () => {
  it('20 minutes of made speech in twelve languages, music and bells: no caller ID, no key (seed 7)', () => {
    const heard = falseEvents(SECONDS, 7);
    assert.ok([...heard.keys()].length >= 12, 'too few kinds of sound');
    assert.equal(toldOf('caller-id', heard), 0, JSON.stringify([...heard]));
    assert.equal(toldOf('dtmf', heard), 0, JSON.stringify([...heard]));
  });
});
