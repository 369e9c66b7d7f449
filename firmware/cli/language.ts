export type Language = 'ja' | 'en';

/** `--lang` first, where it names one of the two, then what POSIX says of locale variables: LC_ALL before LC_MESSAGES before LANG. */
export function languageOf(asked: string | undefined, env: Readonly<Record<string, string | undefined>>): Language {
  if (asked === 'ja' || asked === 'en') return asked;
  const locale = env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG'] || '';
  return locale.toLowerCase().startsWith('ja') ? 'ja' : 'en';
}
