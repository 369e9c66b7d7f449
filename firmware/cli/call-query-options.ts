import { type Command, Option } from 'commander';
import type { Help } from './help.js';

/** What calls are looked for by: the options of every command that looks for some. Read as a `CallQuery`. */
export const addCallQuery = (command: Command, help: Help): Command =>
  command
    .option('--from <TIME>', help.from)
    .option('--to <TIME>', help.to)
    .option('--number <NUMBER>', help.number)
    .addOption(new Option('--direction <DIRECTION>', help.direction).choices(['inbound', 'outbound']))
    .option('--line <ID>', help.line)
    .option('--handler <NAME>', help.handlerFilter)
    .option('--text <TEXT>', help.text);
