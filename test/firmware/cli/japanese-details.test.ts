import assert from 'node:assert/strict';
import { detailIn } from '../../../firmware/cli/japanese-details.js';

describe('particulars in Japanese', () => {
  for (const [english, japanese] of [
    ['there is no recording 999', '録音 999 はありません'],
    ['recording 7 was erased (retention)', '録音 7 は保存期限により消去済みです'],
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
    ['the clock is not set', '時計が合っていません'],
    ['nobody has thought of this', 'nobody has thought of this'],
  ] as const) {
    it(english, () => {
      assert.equal(detailIn('ja', english), japanese);
      assert.equal(detailIn('en', english), english);
    });
  }
});
