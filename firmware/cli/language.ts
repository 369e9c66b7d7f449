export type Language = 'ja' | 'en';

/** `--lang` first, then what POSIX says of locale variables: LC_ALL before LC_MESSAGES before LANG. */
export function languageOf(asked: string | undefined, env: Readonly<Record<string, string | undefined>>): Language {
  const locale = asked ?? (env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG'] || '');
  return locale.toLowerCase().startsWith('ja') ? 'ja' : 'en';
}
