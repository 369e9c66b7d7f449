import type { DisposalRecord } from '../../storage/dispose.js';
import { table } from './columns.js';
import type { Language } from './language.js';

/** What a certificate of destruction says: what was destroyed, when, by whom and how. */
export interface Certificate extends DisposalRecord {
  readonly by: string;
  /** ISO 8601, in the office's time zone. */
  readonly at: string;
  /** How, in English, for programs. */
  readonly method: string;
}

export const METHOD = 'root key replaced, then every byte of every file overwritten with zeros, synced and removed';

interface Words {
  readonly title: string;
  readonly rows: Readonly<
    Record<'store' | 'made' | 'at' | 'by' | 'recordings' | 'numbers' | 'before' | 'how' | 'root' | 'file', string>
  >;
  readonly method: string;
  readonly rule: Readonly<Record<string, string>>;
  readonly root: Readonly<Record<DisposalRecord['rootKey'], string>>;
  readonly none: string;
  readonly destroyed: (count: number, held: number) => string;
  readonly bytes: (count: string) => string;
  readonly signatures: readonly string[];
}

const WORDS: Readonly<Record<Language, Words>> = {
  ja: {
    title: '消去証明書',
    rows: {
      store: '保存領域',
      made: '作成日時',
      at: '消去日時',
      by: '消去した者',
      recordings: '録音',
      numbers: '通話番号',
      before: '以前に消去',
      how: '方法',
      root: '主鍵',
      file: '上書き',
    },
    method: '主鍵を置き換え、全ファイルの全バイトを 0 で上書きし、媒体に書き込んだうえで削除した',
    rule: { capacity: '容量不足', expiry: '期限', order: '指示', disposal: '廃棄' },
    root: {
      effaceable: '上書きすれば残らないチップにあった',
      'best-effort': 'ファイルにあった(媒体に写しが残る可能性あり)',
    },
    none: 'なし',
    destroyed: (count, held) => `${count} 件を復元できないよう消去(うち保全中 ${held} 件)`,
    bytes: (count) => `${count} バイト`,
    signatures: ['消去した者 署名', '立会者 署名', '日付'],
  },
  en: {
    title: 'Certificate of destruction',
    rows: {
      store: 'store',
      made: 'made',
      at: 'destroyed',
      by: 'by',
      recordings: 'recordings',
      numbers: 'call numbers',
      before: 'erased before',
      how: 'how',
      root: 'root key',
      file: 'overwritten',
    },
    method: METHOD,
    rule: { capacity: 'for want of room', expiry: 'by time', order: 'by order', disposal: 'by disposal' },
    root: {
      effaceable: 'was on a chip that forgets what is overwritten',
      'best-effort': 'was in a file (the medium may keep copies)',
    },
    none: 'none',
    destroyed: (count, held) => `${count} destroyed beyond recovery (${held} of them held)`,
    bytes: (count) => `${count} bytes`,
    signatures: ['destroyed by, signature', 'witness, signature', 'date'],
  },
};

/** The certificate for people to print and sign. `madeAt`: ISO 8601. */
export function certificateLines(certificate: Certificate, madeAt: string, language: Language): string[] {
  const { title, rows, rule, method, root, none, destroyed, bytes, signatures } = WORDS[language];
  const { storeId, at, by, numbers, erasedBefore, rootKey, overwritten } = certificate;
  const before = Object.entries(erasedBefore).map(([name, count]) => `${rule[name] ?? name} ${count}`);
  return [
    title,
    '',
    ...table([
      [rows.store, storeId],
      [rows.made, madeAt],
      [rows.at, at],
      [rows.by, by],
      [rows.recordings, destroyed(certificate.destroyed, certificate.heldAmongThem)],
      [rows.numbers, numbers ? `${numbers.first} – ${numbers.last}` : none],
      [rows.before, before.length > 0 ? before.join(', ') : none],
      [rows.how, method],
      [rows.root, root[rootKey]],
      ...overwritten.map((each) => [rows.file, `${each.file}: ${bytes(each.bytes.toLocaleString('en'))}`]),
    ]),
    '',
    ...table(signatures.map((what) => [what, '_'.repeat(32)])),
  ];
}
