import type { FaultCode } from './fault.js';
import type { FaultWords } from './fault-words.js';

export const FAULT_WORDS_JA: Readonly<Record<FaultCode, FaultWords>> = {
  STORAGE_MISSING: {
    title: '保存媒体が見つかりません',
    meanwhile: '録音中の通話は 1 回線 4 分までメモリーに保ちます。それ以降は記録に欠落として残ります',
    remedy: '媒体を戻すか、接続を確かめてください。録音は自動で続きます。抜いた媒体は保管してください',
  },
  STORAGE_FAILING: {
    title: '保存媒体に書き込めません',
    meanwhile: '録音は 1 回線 4 分までメモリーで続け、毎秒書き込みを試みます',
    remedy:
      '空きがない(no space left)場合は、保存領域以外のものを媒体から消してください。それ以外は新しい媒体に保存領域を移し(kikitome store move)、古い媒体はそのまま保管してください',
  },
  STORAGE_READ_ONLY: {
    title: '保存媒体が書き込み禁止です',
    meanwhile: '録音は 1 回線 4 分までメモリーで続け、毎秒書き込みを試みます',
    remedy: '書き込み禁止スイッチを確かめてください。異常を検出して保護された媒体は交換が必要です',
  },
  STORE_DAMAGED: {
    title: '保存領域に損傷が見つかりました',
    meanwhile: '録音は続けます。直せるものは直し、残りはそのまま残してあります',
    remedy: 'kikitome check の結果を控え、新しい媒体に移してください。この媒体はフォーマットしないでください',
  },
  CAPTURE_LOST: {
    title: '音声装置が失われました。通話は記録されますが音声は残りません',
    meanwhile: '通話は音声なしで記録し、欠落として残します。装置は毎秒試します',
    remedy: '音声装置の接続を確かめるか、差し直してください',
  },
  CAPTURE_OVERRUN: {
    title: '一瞬の音声が失われました',
    meanwhile: '欠落の位置と長さは記録にあります。録音は続いています',
    remedy: '繰り返すときは、この機器の他のプログラムを止め、電源を確かめてください',
  },
  LEVEL_DEAD: {
    title: '通話の音が聞こえていません',
    meanwhile: '通話は録音されますが無音です',
    remedy: '回線と音声入力の間の接続を確かめ、通話してレベルを見てください(kikitome status)',
  },
  LEVEL_CLIPPING: {
    title: '通話の音が大きすぎて歪んでいます',
    meanwhile: '聞こえるとおりに録音しています',
    remedy: '大きな声のレベルが -6 dBm0 を下回るまで入力の音量を下げてください',
  },
  SENSE_LOST: {
    title: '回線の検出器が失われました。通話を検出できません',
    meanwhile: '検出器を試し続けます。その間は「見ていない時間」として数えます',
    remedy: 'ボードがしっかり挿さっているか確かめ、電源を入れ直してください',
  },
  LINE_DEAD: {
    title: '電話回線に電圧がありません',
    meanwhile: '発信も着信もできません。録音機は待機を続けます',
    remedy: '壁の差込口、モデムやゲートウェイの接続を確かめ、異常がなければ電話会社に連絡してください',
  },
  EDGES_LOST: {
    title: '回線の変化が速すぎて見逃しました',
    meanwhile: '録音は続けます。ダイヤルした番号や通話の始まりと終わりの読みが違うことがあります',
    remedy: '繰り返すときは、この機器の他のプログラムを止め、回線の検出器の点検を依頼してください',
  },
  HANDSET_OFF_HOOK: {
    title: '受話器が外れたままです',
    meanwhile: '着信できません。受話器が戻るまで無音を通話として録音します',
    remedy: '受話器を戻してください。同じ回線の別の電話機も確かめてください',
  },
  MODEM_LOST: {
    title: 'モデムが応答しません',
    meanwhile: '録音は続けます。発信者番号は音声だけから読み取ります。モデムは試し続けます',
    remedy: 'モデムの接続を確かめるか、差し直してください',
  },
  PROCESS_STALLED: {
    title: '録音機が止まった、または異常終了して再起動されました',
    meanwhile: '動作は回復しています。失われた時間は一日の帳尻にあります(kikitome reckon)',
    remedy: '確認してください。繰り返すときは点検を依頼してください',
  },
  STILL_ON: {
    title: '電源を切ろうとしましたが、切れませんでした',
    meanwhile: '録音を再開しています',
    remedy: '電源を抜かず sudo systemctl poweroff で切り、polkit の規則の点検を依頼してください',
  },
  UNDER_VOLTAGE: {
    title: '電源電圧が不足しました',
    meanwhile: '録音は続けますが、いつ止まってもおかしくありません',
    remedy: '専用の電源と短いケーブルを使い、他の機器を外してください',
  },
  OVER_TEMPERATURE: {
    title: '温度が高すぎます',
    meanwhile: '録音は続けます。機器が自動で速度を落とします',
    remedy: '通気口をふさがず、日光や熱源から離してください',
  },
  LID_OPENED: {
    title: 'ふたが開けられました',
    meanwhile: '録音は続けます。開けられたことは記録簿に残ります',
    remedy: '誰が何のために開けたか確かめ、閉まっているのを見てから確認してください',
  },
  CLOCK_DOUBTFUL: {
    title: '時計が信用できません',
    meanwhile: '録音は続けます。期限による消去は止めています',
    remedy: '時計を合わせ、2 人で確認してください: kikitome clock --confirm 名前',
  },
  STORAGE_CROWDED: {
    title: '保存媒体が録音以外のもので満杯です',
    meanwhile: '録音は、保存領域が最初に確保した場所で続けます',
    remedy: '保存領域以外のものを媒体から消すか、専用の媒体に保存領域を移してください(kikitome store move)',
  },
  STORAGE_WORN: {
    title: '保存媒体の寿命が近づいています',
    meanwhile: '録音はこれまでどおりです',
    remedy: '新しい媒体を用意し、数週間のうちに移してください: kikitome store move',
  },
  RETENTION_CUT: {
    title: '容量不足のため期限前に消去しました',
    meanwhile: '古いものから消して新しい通話を録音します。消去記録は残ります',
    remedy: '容量を増やす(kikitome store grow または move)か、保存期間を短くしてください',
  },
  HOLD_BUDGET_NEAR: {
    title: '保全の上限に近づいています',
    meanwhile: '上限に達すると、新たな保全は断られます',
    remedy: '不要になった保全を解くか、容量を増やしてください',
  },
  STICK_REFUSED: {
    title: 'この USB メモリーは使えません',
    meanwhile: '中身は開かず、変更もしていません',
    remedy: '当所の USB メモリー(FAT、exFAT、ext4 のどれか。書き込み可)を使ってください',
  },
  STICK_FULL: {
    title: 'USB メモリーの空きが足りません',
    meanwhile: '不完全なものは残していません',
    remedy: '大きいもの、または空のものを使ってください',
  },
  STICK_PULLED: {
    title: '書き込み中に USB メモリーが抜かれました',
    meanwhile: '録音は機器の中に無事です。写しは不完全です',
    remedy: 'その USB メモリーを探してください(録音の一部が入っています)。挿し直してやり直してください',
  },
  STICK_FALSE: {
    title: 'USB メモリーに書いた内容が読み戻せません',
    meanwhile: '録音は機器の中に無事です。写しは無効です',
    remedy: 'この USB メモリーは壊れているか容量が偽りです。使わないでください',
  },
  PIN_LOCKED: {
    title: '暗証番号がロックされました',
    meanwhile: '取り出しは行いません。録音は続けます',
    remedy: '誰が試したか確かめ、管理者に解除してもらってください',
  },
  SOCKET_UNWATCHED: {
    title: 'USB の差込口を見張れません',
    meanwhile: 'USB メモリーを差しても気付きません。30 秒ごとに試します。録音は続けます',
    remedy: '電源を入れ直してください。続くときは導入をやり直してください(udev がないか応答しません)',
  },
};
