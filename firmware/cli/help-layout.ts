import type { Argument, Command, HelpConfiguration, Option } from 'commander';
import stringWidth from 'string-width';
import { broken } from './columns.js';
import type { Language } from './language.js';

interface LayoutWords {
  readonly titles: Readonly<Record<string, string>>;
  /** What commander's own `[options]` and `[command]` are called. */
  readonly terms: Readonly<Record<string, string>>;
  readonly choices: string;
  readonly byDefault: string;
  /** What stands around what is said of choices and default. */
  readonly brackets: readonly [string, string];
  readonly between: string;
  readonly helpOption: string;
  readonly helpCommand: string;
  readonly version: string;
}

const WORDS: Readonly<Record<Language, LayoutWords>> = {
  ja: {
    titles: { 'Usage:': '使い方:', 'Arguments:': '引数:', 'Options:': 'オプション:', 'Commands:': 'コマンド:' },
    terms: { '[options]': '[オプション]', '[command]': '[コマンド]' },
    choices: '選べるもの',
    byDefault: '既定',
    brackets: ['。', ''],
    between: '。',
    helpOption: '使い方を示す',
    helpCommand: 'コマンドの使い方を示す',
    version: '版を示す',
  },
  en: {
    titles: {},
    terms: {},
    choices: 'choices',
    byDefault: 'default',
    brackets: [' (', ')'],
    between: '; ',
    helpOption: 'show this',
    helpCommand: 'show what a command is for',
    version: 'show the version',
  },
};

/** Gives a program, and every command it makes from then on, help in one language all through. */
export function speakHelp(program: Command, version: string, language: Language): void {
  const words = WORDS[language];
  program
    .configureHelp(layout(words))
    .helpOption('-h, --help', words.helpOption)
    .helpCommand('help [command]', words.helpCommand)
    .version(version, '--version', words.version);
}

function layout(words: LayoutWords): HelpConfiguration {
  const told = (text: string): string =>
    Object.entries(words.terms).reduce((said, [term, word]) => said.replace(term, word), text);
  const described = ({ description, argChoices, defaultValue }: Option | Argument): string => {
    const known = isTelling(defaultValue) ? `${words.byDefault}: ${String(defaultValue)}` : '';
    const choices = argChoices === undefined ? '' : `${words.choices}: ${argChoices.join(', ')}`;
    const more = [choices, known].filter(Boolean).join(words.between);
    return more === '' ? description : description + words.brackets.join(more);
  };
  return {
    styleTitle: (title) => words.titles[title] ?? title,
    styleUsage: told,
    styleSubcommandTerm: told,
    optionDescription: described,
    argumentDescription: described,
    // Commander counts characters, and breaks at spaces.
    displayWidth: stringWidth,
    boxWrap: (text, width) => broken(text, width).join('\n'),
  };
}

/** An option that is off, or may be given several times, needs no word for it. */
const isTelling = (value: unknown): boolean =>
  value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0);
