import assert from 'node:assert/strict';
import type { MakeBench } from '../bench.js';

/** The sound card goes away and comes back, while the recorder runs. */
export async function sound(make: MakeBench): Promise<string[]> {
  const bench = make();
  const out = await bench.run(
    `arm || exit
     card=/sys/bus/platform/drivers/snd_aloop
     echo snd_aloop.0 >$card/unbind; echo UNPLUGGED
     for i in {1..100}; do grep -q CAPTURE_LOST /run/recorder && break; sleep 0.1; done
     sleep 2; echo snd_aloop.0 >$card/bind; echo PLUGGED
     for i in {1..300}; do [ -e /proc/asound/Loopback/pcm1c/sub0/status ] && grep -q RUNNING /proc/asound/Loopback/pcm1c/sub0/status && break; sleep 0.1; done
     grep -q RUNNING /proc/asound/Loopback/pcm1c/sub0/status && echo HEARS AGAIN
     cat /run/recorder
     disarm && unmount_data`,
  );
  assert.match(out, /CAPTURE_LOST line-1/u);
  assert.match(out, /^HEARS AGAIN$/mu, out);
  return ['unbound while recording is armed: CAPTURE_LOST; bound again: heard again'];
}
