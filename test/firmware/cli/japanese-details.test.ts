import assert from 'node:assert/strict';
import { detailIn } from '../../../firmware/cli/japanese-details.js';
import { ERASURE_RULES } from '../../../storage/journal-entry.js';
import { sayings } from '../../support/thrown.js';

/** Commands, options, names and what was quoted stay as they are. */
const STAYS = /`[^`]*`|"[^"]*"|--\S+|\bnpm [a-z ]+|Raspberry Pi/gu;

/** Whether English is left. */
const isJapanese = (text: string): boolean => {
  const rest = text.replace(STAYS, '');
  return (
    !/[a-z]{2,} [a-z]{2,}/iu.test(rest) &&
    (/[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(text) || !/[a-z]{2}/iu.test(rest))
  );
};

describe('particulars in Japanese', () => {
  for (const [english, japanese] of [
    ['there is no recording 999', '録音 999 はありません'],
    ['recording 7 was erased (expiry)', '録音 7 は保存期限により消去済みです'],
    ['call 4 is a missed call', '通話 4 は不在着信です'],
    ['in/trace.json: cannot be read; name a folder that holds a trace.json', 'in/trace.json を読めません'],
    ['in/line-1.wav: cannot be read; check its name and permissions', 'in/line-1.wav を読めません'],
    [
      'line-1-modem (/dev/ttyACM0): no such port (No such file)',
      'line-1-modem (/dev/ttyACM0): そのポートはありません (No such file)',
    ],
    ['no-volume: there is no file system on it', 'ファイルシステムがありません'],
    [
      'no-volume: there is only a system partition on it, which no PC shows',
      'パソコンに表示されないシステム用の区画しかありません',
    ],
    ['write-protected: it says that it is read-only', '書き込み禁止になっています'],
    [
      "/dev/sda1: mount: /run/kikitome-stick: unknown filesystem type 'exfat'. dmesg(1) may have more information after failed mount system call.",
      '/dev/sda1: この機器の Linux では exfat を使えません。',
    ],
    [
      '/dev/sda1: mount: /run/kikitome-stick: wrong fs type, bad option, bad superblock on /dev/sda1, missing codepage or helper program, or other error.',
      '/dev/sda1: ファイルシステムが壊れているか、この機器では使えません。フォーマットし直してください。',
    ],
    [
      '/dev/sda1: its top folder may not be written to by this recorder',
      '/dev/sda1: 最上位フォルダーへの書き込みが許可されていません(ext4 ではその設定が必要です。FAT32 か exFAT を勧めます)',
    ],
    ['serial number ABC is not on the list', 'シリアル番号 ABC は一覧にありません'],
    ['ABC is not on the list', 'ABC は一覧にありません'],
    ['line-1 (hw:Loopback,1,0): no such device (No such device)', 'line-1 (hw:Loopback,1,0): 装置がありません'],
    [
      '/data holds no finished store, but already ring, keys',
      '/data に完成した保存領域はありませんが、次のものがあります: ring, keys',
    ],
    ['jumped', '時計が飛びました'],
    ['nobody has thought of this', 'nobody has thought of this'],
  ] as const) {
    it(english, () => {
      assert.equal(detailIn('ja', english), japanese);
      assert.equal(detailIn('en', english), english);
    });
  }

  it('tell every rule by which a recording can have gone', () => {
    const told = ERASURE_RULES.map((rule) => detailIn('ja', `recording 7 was erased (${rule})`));
    assert.deepEqual(
      told.filter((each) => /[a-z]/u.test(each)),
      [],
    );
    assert.equal(new Set(told).size, ERASURE_RULES.length);
  });

  it('are there for whatever the program throws or raises', () => {
    const said = sayings();
    assert.ok(said.length > 200, `${said.length} found: the sources are not read any more`);
    const english = said.filter(({ text }) => !isJapanese(detailIn('ja', text)));
    assert.deepEqual(
      english.map(({ where, text }) => `${where}: ${text}`),
      [],
    );
  });
});
