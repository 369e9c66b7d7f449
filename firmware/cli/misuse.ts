import type { CommanderError } from 'commander';
import { KikitomeError } from '../errors.js';
import type { Language } from './language.js';

/** What commander says by its codes, in Japanese, from what it quotes. Its own words where it quotes nothing we know. */
const JAPANESE: Readonly<Record<string, (quoted: readonly string[]) => string>> = {
  'commander.help': () => 'コマンドがありません',
  'commander.unknownCommand': ([name]) => `コマンド ${name} はありません`,
  'commander.unknownOption': ([name]) => `オプション ${name} はありません`,
  'commander.missingArgument': ([name]) => `引数 ${name} が必要です`,
  'commander.missingMandatoryOptionValue': ([name]) => `オプション ${name} が必要です`,
  'commander.optionMissingArgument': ([name]) => `オプション ${name} に値がありません`,
  'commander.invalidArgument': ([name, value]) => `${name} に ${value ?? ''} は使えません`,
  'commander.excessArguments': ([name]) => `${name ? `${name} の` : ''}引数が多すぎます`,
};

/** What commander says, as the end of one of our own lines. */
export function misuse({ code, message }: CommanderError, language: Language): KikitomeError {
  const english =
    code === 'commander.help' ? 'no command was given' : message.replace(/^error: /, '').replace(/\.$/, '');
  const japanese = language === 'ja' ? JAPANESE[code]?.(quotedIn(english)) : undefined;
  return new KikitomeError('USAGE', japanese === undefined ? english : japanese + hintIn(english));
}

const quotedIn = (message: string): string[] => [...message.matchAll(/'([^']*)'/g)].map(([, quoted]) => quoted ?? '');

/** What may be said instead, as commander names it. */
function hintIn(message: string): string {
  const [, meant] = /\(Did you mean (?:one of )?(.+)\?\)/.exec(message) ?? [];
  if (meant !== undefined) return `(${meant} でしょうか)`;
  const [, choices] = /Allowed choices are (.+)$/.exec(message) ?? [];
  return choices === undefined ? '' : `(${choices} から選べます)`;
}
