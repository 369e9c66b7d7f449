import type { Kit } from './kit.js';
import { statusLines } from './status-lines.js';

/** `status`: what the lamp means, and how the store stands. */
export function addStatusCommand({ command, dataOption, help, language, say, sayJson, withRecordings }: Kit): void {
  command('status', help.status)
    .addOption(dataOption())
    .option('--json', help.json, false)
    .action(({ data, json }: { data: string; json: boolean }) =>
      withRecordings(data, async (recordings) => {
        const report = await recordings.status();
        if (json) sayJson(report);
        else for (const line of statusLines(report, language)) say(line);
      }),
    );
}
