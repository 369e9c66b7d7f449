// What happens on the two lines of a town hall on the morning of 2026-11-24, in the words of telephone-call.mjs.
// Japanese is written as it sounds (particles わ and え), because a speech synthesizer reads it. The people, the town
// and its rules are made up; the numbers dialled are example numbers or services, never a subscriber's, and so are those
// that call: no number of a subscriber begins with 1 after the area code.

import { ABSENCE, NAME, NUMBER } from './number-display.mjs';

const STAFF = { voice: 'ja+f2', pitch: 52, wordsPerMinute: 153 };
const COLLEAGUE = { voice: 'ja+m3', pitch: 38, wordsPerMinute: 148 };
const RESIDENT = { voice: 'ja+m1', pitch: 55, wordsPerMinute: 158 };
const MOTHER = { voice: 'ja+f4', pitch: 62, wordsPerMinute: 163 };
const SUPPLIER = { voice: 'ja+m7', pitch: 45, wordsPerMinute: 163 };
const TIME_SERVICE = { voice: 'ja+f3', pitch: 48, wordsPerMinute: 143 };
const STAFF_EN = { voice: 'en-gb+f2', pitch: 52, wordsPerMinute: 160 };
const VISITOR = { voice: 'en-us+m3', pitch: 42, wordsPerMinute: 165 };

/**
 * In the order they begin. `after`: the call on the same or the other line that this one follows, counted from its
 * `end` or its `start`; `byS`: how many seconds later its first event is.
 */
export const CALLS = [
  {
    name: '01-oversized-rubbish',
    line: 'line-1',
    byS: 0,
    play: (call) =>
      call
        .fetchNumber([[NUMBER, '0961234567']])
        .ring(2)
        .quiet(1300)
        .lift({ bounces: 3 })
        .say(STAFF, 'はい、みなみまち やくばで ございます。')
        .say(RESIDENT, 'あの、そだいごみの ことで、おききしたいのですが。ふるい たんすを すてたいんです。')
        .say(STAFF, 'そだいごみ ですね。たんすわ、ひとつ ごひゃくえんの しょうけんが ひつようです。')
        .say(RESIDENT, 'しゅうしゅうわ、いつに なりますか。')
        .say(STAFF, 'らいしゅうの もくようび、あさ はちじまでに、いえの まええ おだしください。')
        .say(RESIDENT, 'わかりました。ありがとう ございました。')
        .say(STAFF, 'おでんわ、ありがとう ございました。')
        .quiet(400)
        .busyTone(2)
        .hangUp({ bounces: 2 }),
  },
  {
    name: '02-time-service-pulse',
    line: 'line-2',
    after: '01-oversized-rubbish',
    from: 'start',
    byS: 12,
    play: (call) =>
      call
        .lift({ bounces: 1 })
        .dialTone(1400)
        .dialPulses('117')
        .quiet(1500)
        .say(TIME_SERVICE, 'ごぜん、くじ、れいふん、さんじゅうびょうを、おしらせします。')
        .beeps(3)
        .quiet(600)
        .hangUp(),
  },
  {
    name: '03-order-paper-dtmf',
    line: 'line-1',
    after: '01-oversized-rubbish',
    from: 'end',
    byS: 4,
    play: (call) =>
      call
        .lift({ bounces: 2 })
        .dialTone(1100)
        .dialTones('0312345678')
        .quiet(1200)
        .ringback(2)
        .say(SUPPLIER, 'はい、あおぞら ぶんぐで ございます。')
        .say(STAFF, 'みなみまち やくばです。こぴーようしを、じっぱこ おねがいします。')
        .say(SUPPLIER, 'じっぱこ ですね。あすの ごぜんに おとどけします。')
        .say(STAFF, 'よろしく おねがいします。しつれい します。')
        .quiet(300)
        .hangUp({ bounces: 2 }),
  },
  {
    name: '04-missed',
    line: 'line-1',
    after: '03-order-paper-dtmf',
    from: 'end',
    byS: 4,
    play: (call) =>
      call
        .fetchNumber([[NUMBER, '0961230158']])
        .ring(3)
        .released(),
  },
  {
    name: '05-transfer-hook-flash',
    line: 'line-1',
    after: '04-missed',
    from: 'end',
    byS: 9,
    play: (call) =>
      call
        .fetchNumber([[NUMBER, '0961239402']])
        .ring(1)
        .quiet(2000)
        .ringUntil(600)
        .lift({ bounces: 4, tripMs: 60 })
        .say(STAFF, 'はい、みなみまち やくばで ございます。')
        .say(MOTHER, 'ほいくえんの もうしこみに ついて、おしえて ください。')
        .say(STAFF, 'たんとうに おつなぎします。しょうしょう おまちください。')
        .flash(450, { bounces: 2 })
        .dialTone(900)
        .dialTones('23')
        .quiet(500)
        .ringback(1)
        .say(COLLEAGUE, 'はい、こども かです。')
        .say(MOTHER, 'らいねんの しがつから、こどもを あずけたいのですが。')
        .say(COLLEAGUE, 'もうしこみわ、じゅうにがつ とおかまでです。しょるいを ごよういください。')
        .say(MOTHER, 'はい、ありがとう ございます。')
        .quiet(500)
        .hangUp({ bounces: 3 }),
  },
  {
    name: '06-second-line-road',
    line: 'line-2',
    after: '05-transfer-hook-flash',
    from: 'start',
    byS: 10,
    play: (call) =>
      call
        .ring(2)
        .quiet(700)
        .lift({ bounces: 2 })
        .say(COLLEAGUE, 'おまたせしました。みなみまち やくばです。')
        .say(RESIDENT, 'えきまえの どうろに、おおきな あなが あいて います。')
        .say(COLLEAGUE, 'ごれんらく ありがとう ございます。すぐに かくにん いたします。')
        .quiet(300)
        .hangUp(),
  },
  {
    name: '07-abandoned',
    line: 'line-1',
    after: '05-transfer-hook-flash',
    from: 'end',
    byS: 5,
    play: (call) => call.lift({ bounces: 1 }).dialTone(2600).hangUp({ bounces: 1 }),
  },
  {
    name: '08-certificate',
    line: 'line-1',
    after: '07-abandoned',
    from: 'end',
    byS: 5,
    play: (call) =>
      call
        .fetchNumber([[ABSENCE, 'P']])
        .ring(1)
        .quiet(1500)
        .lift({ bounces: 1 })
        .say(STAFF, 'はい、みなみまち やくばで ございます。')
        .say(SUPPLIER, 'じゅうみんひょうを とりたいのですが、どようびも あいて いますか。')
        .say(STAFF, 'だいにと だいよんの どようび、ごぜんちゅうだけ あいて おります。')
        .say(SUPPLIER, 'なにを もって いけば よいですか。')
        .say(STAFF, 'うんてん めんきょしょうなど、ごほんにんと わかる ものを おもち ください。')
        .say(SUPPLIER, 'わかりました。どうも。')
        .quiet(500)
        .hangUp({ bounces: 2 }),
  },
  {
    name: '09-visitor-in-english',
    line: 'line-1',
    after: '08-certificate',
    from: 'end',
    byS: 5,
    play: (call) =>
      call
        .fetchNumber([
          [NUMBER, '0312345670'],
          [NAME, 'J SMITH'],
        ])
        .ring(2)
        .quiet(900)
        .lift({ bounces: 2 })
        .say(STAFF_EN, 'Good morning. Minamimachi Town Hall.')
        .say(VISITOR, 'Hello. I have just moved here. Which day is the burnable rubbish collected?')
        .say(STAFF_EN, 'On Tuesdays and Fridays. Please put it out before eight in the morning.')
        .say(VISITOR, 'Tuesdays and Fridays, before eight. Thank you very much.')
        .say(STAFF_EN, 'You are welcome. Goodbye.')
        .quiet(300)
        .hangUp({ bounces: 2 }),
  },
  {
    name: '10-second-line-busy',
    line: 'line-2',
    after: '09-visitor-in-english',
    from: 'start',
    byS: 8,
    play: (call) => call.lift().dialTone(1200).dialTones('0312345679').quiet(900).busyTone(4).hangUp({ bounces: 1 }),
  },
];
