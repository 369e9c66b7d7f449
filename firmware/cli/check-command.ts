import { KikitomeError } from '../errors.js';
import type { Kit } from './kit.js';
import { wordsIn } from './words.js';

interface CheckFlags {
  readonly data: string;
  readonly rebuildIndex: boolean;
  readonly json: boolean;
}

/** `check`: a line for each invariant of the store that does not hold. Throws `STORE_BREACHES` where there is one. */
export function addCheckCommand({ command, dataOption, help, language, say, sayJson, withRecordings }: Kit): void {
  const { text } = wordsIn(language);
  command('check', help.check)
    .addOption(dataOption())
    .option('--rebuild-index', help.rebuildIndex, false)
    .option('--json', help.json, false)
    .action(({ data, rebuildIndex, json }: CheckFlags) =>
      withRecordings(
        data,
        async (recordings) => {
          const breaches: string[] = [];
          for await (const breach of recordings.check()) breaches.push(breach);
          if (json) sayJson({ breaches });
          else if (breaches.length === 0) say(text.clean);
          else for (const breach of breaches) say(breach);
          if (breaches.length > 0) throw new KikitomeError('STORE_BREACHES', `${data}: ${breaches.length}`);
        },
        rebuildIndex,
      ),
    );
}
