import { KikitomeError } from '../errors.js';
import { callTable } from './call-table.js';
import type { Kit } from './kit.js';
import { wordsIn } from './words.js';

interface OneCall {
  readonly data: string;
  readonly json: boolean;
}

/** `hold`, `release`, `memo`, `retention`, `clock`: what is kept, how long, and what is said beside it. */
export function addKeepingCommands(kit: Kit): void {
  const { command, dataOption, help, language, say, sayJson, withRecordings } = kit;
  const { text } = wordsIn(language);

  command('hold', help.hold)
    .argument('<ID>', help.id)
    .addOption(dataOption())
    .requiredOption('--by <NAME>', help.by)
    .requiredOption('--reason <TEXT>', help.reason)
    .option('--json', help.json, false)
    .action((id: string, { data, json, by, reason }: OneCall & { by: string; reason: string }) =>
      withRecordings(data, async (recordings) => {
        const call = await recordings.hold(id, { by: nonEmpty('--by', by), reason: nonEmpty('--reason', reason) });
        if (json) sayJson(call);
        else say(`${text.held} ${call.number}`);
      }),
    );

  command('release', help.release)
    .argument('<ID>', help.id)
    .addOption(dataOption())
    .option('--json', help.json, false)
    .action((id: string, { data, json }: OneCall) =>
      withRecordings(data, async (recordings) => {
        const call = await recordings.release(id);
        if (json) sayJson(call);
        else say(`${text.released} ${call.number}`);
      }),
    );

  command('memo', help.memo)
    .argument('<ID>', help.id)
    .argument('[TEXT]', help.memoText)
    .addOption(dataOption())
    .option('--handler <NAME>', help.handler)
    .option('--json', help.json, false)
    .action((id: string, memo: string | undefined, { data, json, handler }: OneCall & { handler?: string }) =>
      withRecordings(data, async (recordings) => {
        if (memo === undefined && handler === undefined)
          throw new KikitomeError('USAGE', 'a TEXT or --handler is wanted');
        const long = [memo, handler].find((each) => each !== undefined && each.length > MEMO_MAX_CHARS);
        if (long !== undefined)
          throw new KikitomeError('USAGE', `${long.length} characters; ${MEMO_MAX_CHARS} at most`);
        const call = await recordings.annotate(id, { memo: memo ?? null, handler: handler ?? null });
        if (json) sayJson(call);
        else for (const line of callTable([call], language)) say(line);
      }),
    );

  command('retention', help.retention)
    .argument('[RULE]', help.retentionRule)
    .addOption(dataOption())
    .option('--yes', help.retentionYes, false)
    .option('--json', help.json, false)
    .action((rule: string | undefined, { data, json, yes }: OneCall & { yes: boolean }) =>
      withRecordings(data, async (recordings) => {
        if (rule === undefined) {
          const { rules } = await recordings.status();
          if (json) sayJson(rules);
          else say(`${rules.retention} (${rules.timeZone})`);
          return;
        }
        const change = await recordings.setRetention(rule, yes);
        if (!change.changed) {
          throw new KikitomeError('RETENTION_UNCONFIRMED', `${rule}: ${change.due} ${text.wouldGo}`);
        }
        if (json) sayJson(change);
        else say(`${text.retentionIs} ${change.rules.retention}; ${change.due} ${text.areDue}`);
      }),
    );

  command('clock', help.clock)
    .addOption(dataOption())
    .requiredOption('--confirm <NAME>', help.clockConfirm)
    .option('--json', help.json, false)
    .action(({ data, json, confirm }: OneCall & { confirm: string }) =>
      withRecordings(data, async (recordings) => {
        const missing = await recordings.confirmClock(nonEmpty('--confirm', confirm));
        if (json) sayJson({ missing });
        else say(missing === 0 ? text.clockBelieved : `${text.clockMissing}: ${missing}`);
      }),
    );
}

/** A memo is a gist, and a journal page holds it. */
const MEMO_MAX_CHARS = 700;

function nonEmpty(option: string, value: string): string {
  if (value.trim() === '' || value.length > MEMO_MAX_CHARS) {
    throw new KikitomeError('USAGE', `${option} wants 1 to ${MEMO_MAX_CHARS} characters`);
  }
  return value.trim();
}
