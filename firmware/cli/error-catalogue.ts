/** Exit codes: 1 failed, 2 misuse, 3 not permitted, 4 damaged data. */
interface Entry {
  readonly exit: 1 | 2 | 3 | 4;
  /** Empty where the message says it already. */
  readonly en: string;
  readonly ja: string;
}

/**
 * Every code a person can meet, with what to do about it. Codes never change and are never used again for something else.
 * The message in front of the remedy says what happened, where.
 */
export const ERROR_CATALOGUE: Readonly<Record<string, Entry>> = {
  USAGE: { exit: 2, en: 'see kikitome --help', ja: '使い方は kikitome --help で確認してください' },
  CONFIG_MISSING: {
    exit: 2,
    en: 'no such settings file; check --config',
    ja: '設定ファイルがありません。--config を確認してください',
  },
  CONFIG_NOT_JSON: { exit: 2, en: 'the settings file is not JSON', ja: '設定ファイルが JSON ではありません' },
  CONFIG_FIELDS: { exit: 2, en: 'correct this setting', ja: 'この設定を直してください' },
  CAPACITY_NOT_A_SIZE: {
    exit: 2,
    en: 'write a size such as 16MiB or 32GB, or max',
    ja: '容量は 16MiB や 32GB、または max と書いてください',
  },
  SPEED_NOT_A_NUMBER: {
    exit: 2,
    en: 'write --speed 1, another number over 0, or max',
    ja: '--speed は 0 より大きい数か max です',
  },
  TRACE_NEEDED: {
    exit: 2,
    en: 'give the virtual board a trace: --trace DIR',
    ja: '仮想ボードには --trace DIR が必要です',
  },
  BOARD_UNKNOWN: { exit: 2, en: '', ja: 'このプログラムにあるボードを選んでください' },
  BOARD_NOT_DETECTED: {
    exit: 2,
    en: 'say what it is: --board ID or FILE.json',
    ja: '--board に名前かファイルを指定してください',
  },
  BOARD_NEEDS_PI: {
    exit: 2,
    en: 'run it on the Raspberry Pi itself, or name another board: kikitome boards lists them',
    ja: 'Raspberry Pi で実行するか、別のボードを指定してください。一覧は kikitome boards で確認できます',
  },
  BOARD_FILE_MISSING: { exit: 2, en: 'check its name', ja: 'ボードのファイル名を確認してください' },
  BOARD_FILE_NOT_JSON: { exit: 2, en: 'correct the file', ja: 'ファイルを直してください' },
  BOARD_FILE_FIELDS: { exit: 2, en: 'correct this field', ja: 'この項目を直してください' },
  BOARD_PINS: { exit: 2, en: 'give each its own', ja: 'ピンを一つずつ割り当ててください' },
  FAULT_FIELDS: { exit: 2, en: '', ja: 'この指定を直してください' },
  DATA_MISSING: {
    exit: 1,
    en: 'make a store with kikitome format --data DIR',
    ja: '保存領域は kikitome format --data DIR で作れます',
  },
  DATA_READ_ONLY: {
    exit: 3,
    en: 'this user may not write there; nothing was changed',
    ja: '書き込みの権限がありません。何も変更していません',
  },
  STORE_MISSING: {
    exit: 1,
    en: 'make a store with kikitome format --data DIR',
    ja: 'kikitome format --data DIR で保存領域を作ってください',
  },
  STORE_EXISTS: {
    exit: 1,
    en: 'nothing was changed; --erase-everything destroys what it holds',
    ja: '何も変更していません。--erase-everything を付けると中身は失われます',
  },
  DEMO_FOLDER: {
    exit: 1,
    en: 'nothing was changed; name a new folder with --data, or leave it out',
    ja: '何も変更していません。--data に新しいフォルダーを指定するか、--data を省いてください',
  },
  STORE_VERSION: {
    exit: 1,
    en: 'use the program that made it; nothing was changed',
    ja: '作成した版のプログラムを使ってください。何も変更していません',
  },
  STORE_DAMAGED: {
    exit: 4,
    en: 'do not format it; keep the medium and ask for help',
    ja: 'フォーマットせず、媒体を保管して問い合わせてください',
  },
  STORE_IN_USE: {
    exit: 1,
    en: 'stop the other process first; nothing was changed',
    ja: '先に他のプロセスを止めてください。何も変更していません',
  },
  STORE_READ_ONLY: {
    exit: 3,
    en: 'the medium cannot be written; nothing was changed',
    ja: '媒体に書き込めません。何も変更していません',
  },
  STORE_CLOSED: { exit: 1, en: 'the recorder was stopping; try again', ja: '停止中でした。もう一度お試しください' },
  STORE_WRITE_FAILED: {
    exit: 1,
    en: 'check the medium; recording goes on in memory meanwhile',
    ja: '媒体を確認してください。その間の録音はメモリーに続きます',
  },
  STORE_BREACHES: {
    exit: 4,
    en: 'keep the medium as it is and ask for help',
    ja: '媒体をそのまま保管して問い合わせてください',
  },
  CAPACITY_TOO_SMALL: {
    exit: 1,
    en: 'give it more room; nothing was changed',
    ja: '容量を増やしてください。何も変更していません',
  },
  ROOT_CHIP_MISSING: {
    exit: 1,
    en: 'the chip that holds the root key is not there, or too small: check the board and its overlay; nothing was changed',
    ja: '主鍵を持つチップが見つからないか小さすぎます。ボードとオーバーレイを確認してください。何も変更していません',
  },
  ROOT_CHIP_TAKEN: {
    exit: 1,
    en: 'name another chip, or none, then the key goes into a file; the chip is free once the store that uses it is disposed of; nothing was changed',
    ja: '別のチップを指定するか、指定をやめて鍵をファイルに置いてください。使っている保存領域を廃棄すれば空きます。何も変更していません',
  },
  ROOT_CHIP_FAILED: {
    exit: 1,
    en: 'the chip does not keep what is written: replace it',
    ja: 'チップが書き込みを保持しません。交換してください',
  },
  CAPACITY_TOO_LARGE: {
    exit: 1,
    en: 'ask for less, or for max; nothing was changed',
    ja: '容量を減らすか max にしてください。何も変更していません',
  },
  PARTICULARS_REFUSED: { exit: 1, en: 'nothing was changed', ja: '何も変更していません' },
  RECORDING_UNKNOWN: { exit: 1, en: 'kikitome calls lists what there is', ja: '一覧は kikitome calls で確認できます' },
  RECORDING_ERASED: { exit: 1, en: 'it cannot be brought back', ja: '元に戻すことはできません' },
  RECORDING_DAMAGED: {
    exit: 4,
    en: 'no file was written; run kikitome check',
    ja: 'ファイルは作成していません。kikitome check を実行してください',
  },
  RECORDING_TOO_LONG: { exit: 1, en: 'the call goes on under the next number', ja: '通話は次の番号に続きます' },
  RECORDING_HAS_NO_AUDIO: { exit: 1, en: 'there is nothing to take out', ja: '取り出す音声がありません' },
  RECORDING_OPEN: { exit: 1, en: 'wait for the end of the call', ja: '通話が終わるまで待ってください' },
  HOLD_BUDGET: {
    exit: 1,
    en: 'nothing was changed; release a hold or give the store more room',
    ja: '何も変更していません。保全を解くか、容量を増やしてください',
  },
  HOLDS_REMAIN: {
    exit: 1,
    en: 'nothing was changed; release them, or say --even-held',
    ja: '何も変更していません。保全を解くか --even-held を付けてください',
  },
  RETENTION_UNKNOWN: {
    exit: 2,
    en: 'a profile or a term such as 30d, 14d@next-day, 1mo, capacity is wanted',
    ja: 'プロファイル名か 30d、14d@next-day、1mo、capacity などを書いてください',
  },
  RETENTION_UNCONFIRMED: {
    exit: 1,
    en: 'nothing was changed; say --yes if that is meant',
    ja: '何も変更していません。よければ --yes を付けてください',
  },
  TIME_ZONE_UNKNOWN: { exit: 2, en: 'write a name such as Asia/Tokyo', ja: 'Asia/Tokyo のように書いてください' },
  NOT_WHILE_RECORDING: {
    exit: 1,
    en: 'a recorder runs on this store; stop it first',
    ja: '録音機が動いています。先に止めてください',
  },
  RECORDER_NEEDED: { exit: 1, en: 'start the recorder first', ja: '先に録音機を起動してください' },
  FILE_NOT_WRITTEN: {
    exit: 1,
    en: 'check the folder and its free space',
    ja: 'フォルダーと空き容量を確認してください',
  },
  RECORDER_SILENT: { exit: 1, en: 'try again', ja: 'もう一度お試しください' },
  RECORDER_RUNNING: { exit: 1, en: 'stop the recorder first', ja: '先に録音機を止めてください' },
  TRACE_MISSING: { exit: 1, en: '', ja: 'trace.json のあるフォルダーを --trace で指定してください' },
  TRACE_NOT_JSON: { exit: 1, en: '', ja: '直すか、作り直してください' },
  TRACE_FIELDS: { exit: 1, en: '', ja: 'trace.json のこの項目を直してください' },
  TRACE_EDGES_UNSORTED: { exit: 1, en: '', ja: 'edges を atMs の順に並べてください' },
  TRACE_EDGE_AFTER_AUDIO: { exit: 1, en: '', ja: 'WAV を edges の終わりまで用意してください' },
  TRACE_AUDIO_NAME: { exit: 1, en: '', ja: 'audio には同じフォルダーのファイル名を書いてください' },
  TRACE_RATE_DIFFERS: { exit: 1, en: '', ja: '同じ回線のトレースは標本化周波数をそろえてください' },
  WAV_MISSING: {
    exit: 1,
    en: '',
    ja: 'ファイル名を確認してください。トレースの WAV は trace.json と同じ場所に置きます',
  },
  WAV_NOT_WAV: { exit: 1, en: '', ja: '変換してください。例 sox IN.wav -b 16 -c 1 OUT.wav' },
  WAV_RATE: { exit: 1, en: '', ja: 'WAV の標本化周波数を trace.json に合わせてください' },
  WAV_DEPTH: { exit: 1, en: '', ja: '変換してください。例 sox IN.wav -b 16 -c 1 OUT.wav' },
  WAV_CHANNELS: { exit: 1, en: '', ja: '変換してください。例 sox IN.wav -b 16 -c 1 OUT.wav' },
  WAV_CODEC: { exit: 1, en: '', ja: '変換してください。例 sox IN.wav -b 16 -c 1 OUT.wav' },
  WAV_TRUNCATED: { exit: 4, en: '', ja: 'コピーし直すか、録音し直してください' },
  WAV_EMPTY: { exit: 1, en: '', ja: '録音し直すか、書き出し直してください' },
  DEVICE_MISSING: { exit: 1, en: 'check its name and connection', ja: '名前と接続を確認してください' },
  WAV_RATE_UNHEARD: {
    exit: 1,
    en: 'resample it, e.g. sox IN.wav -r 8000 OUT.wav',
    ja: '標本化周波数を変換してください。例 sox IN.wav -r 8000 OUT.wav',
  },
  HOOK_MISSING: { exit: 1, en: 'check its name and permissions', ja: 'ファイル名と権限を確認してください' },
  HOOK_NOT_JSON: { exit: 1, en: 'a list of edge lists in JSON is needed', ja: 'エッジの一覧を JSON で書いてください' },
  HOOK_FIELDS: {
    exit: 1,
    en: 'correct this field: [{"name": "…", "edges": [[atMs, "off"], [atMs, "on"]]}]',
    ja: 'この項目を直してください: [{"name": "…", "edges": [[atMs, "off"], [atMs, "on"]]}]',
  },
  DAY_UNKNOWN: { exit: 2, en: 'write a day such as 2026-11-24', ja: '2026-11-24 のように書いてください' },
  PIN_WEAK: {
    exit: 2,
    en: 'nothing was changed; choose another one',
    ja: '何も変更していません。別の暗証番号にしてください',
  },
  PIN_CODE: {
    exit: 3,
    en: 'press long at the box to have a code shown, then give it with --code',
    ja: '本体を長押しするとコードが示されます。--code で入力してください',
  },
  PIN_UNSET: { exit: 1, en: 'set one with kikitome pin set', ja: 'kikitome pin set で設定してください' },
  COLLECTION_EMPTY: {
    exit: 1,
    en: 'see kikitome calls; nothing was changed',
    ja: 'kikitome calls で確認してください。何も変更していません',
  },
  COLLECTION_OPEN: {
    exit: 1,
    en: 'wait for the end of the call; nothing was changed',
    ja: '通話が終わるまで待ってください。何も変更していません',
  },
  COLLECTION_TOO_LARGE: {
    exit: 1,
    en: 'name fewer at once; nothing was changed',
    ja: '一度に指定する数を減らしてください。何も変更していません',
  },
  STICK_SERIAL: {
    exit: 2,
    en: 'see kikitome stick list for serial numbers',
    ja: 'シリアル番号は kikitome stick list で確認してください',
  },
  STICK_MISSING: {
    exit: 1,
    en: 'plug it in while a recorder runs, or give its serial number',
    ja: '録音機の動作中に差し込むか、シリアル番号を指定してください',
  },
  POWER_OFF_REFUSED: {
    exit: 1,
    en: 'everything was closed; switch it off with sudo systemctl poweroff, and see that /etc/polkit-1/rules.d/60-kikitome-power.rules is there',
    ja: '録音は閉じてあります。sudo systemctl poweroff で切り、/etc/polkit-1/rules.d/60-kikitome-power.rules があるか確認してください',
  },
  DEVICE_FAILED: { exit: 1, en: 'check the device and its cable', ja: '装置と接続を確認してください' },
  DEVICE_FULL: { exit: 1, en: 'use one with more room', ja: '空きの多いものを使ってください' },
  DEVICE_REFUSED: { exit: 1, en: 'see to its rights and format', ja: '権限とフォーマットを直してください' },
  FAULT_UNKNOWN: {
    exit: 2,
    en: 'kikitome faults --all lists every code and number',
    ja: 'コードと番号の一覧は kikitome faults --all で確認できます',
  },
  DEVICE_BUSY: { exit: 1, en: 'another program has the device', ja: '他のプログラムが装置を使っています' },
  DEVICE_GONE: { exit: 1, en: 'the device went away; plug it in again', ja: '装置が外れました。接続し直してください' },
  FORMAT_REFUSED: { exit: 1, en: 'choose what device or codec can do', ja: '装置やコーデックに合う値にしてください' },
  LIBRARY_MISSING: { exit: 1, en: '', ja: '必要なパッケージを入れてください' },
  PROTOCOL: {
    exit: 1,
    en: 'the device answers nonsense; unplug it and plug it in again',
    ja: '装置の応答が正しくありません。接続し直してください',
  },
};
