import { InvalidArgumentError } from 'commander';
import type { CallQuery } from '../call-query.js';
import { addCallQuery } from './call-query-options.js';
import { callTable } from './call-table.js';
import type { Kit } from './kit.js';
import { wordsIn } from './words.js';

/** `calls`: what was kept, newest first. */
export function addCallsCommand({ command, dataOption, help, language, say, sayJson, withRecordings }: Kit): void {
  const { text } = wordsIn(language);
  addCallQuery(command('calls', help.calls).addOption(dataOption()), help)
    .option('--limit <N>', help.limit, parseLimit)
    .option('--before <NUMBER>', help.before, parseLimit)
    .option('--json', help.json, false)
    .action(({ data, json, ...options }: { data: string; json: boolean } & CallQuery) =>
      withRecordings(data, async (recordings) => {
        const { from, to, number, direction, line, handler, text: memo, limit, before } = options;
        const calls = [];
        const wanted = { from, to, number, direction, line, handler, text: memo, limit, before };
        for await (const call of recordings.calls(wanted)) calls.push(call);
        if (json) sayJson(calls);
        else if (calls.length === 0) say(text.noCalls);
        else for (const row of callTable(calls, language)) say(row);
      }),
    );
}

function parseLimit(text: string): number {
  const limit = Number(text);
  if (!Number.isSafeInteger(limit) || limit < 1) throw new InvalidArgumentError('a whole number from 1 is wanted.');
  return limit;
}
