import { parseArgs } from 'node:util';
import { misuse, type Command } from './command';
import { settingsTable } from './settings-table';

/** `keelson config`: the settings of the service in this folder. */
export const configCommand: Command = async (words, { out, load, cwd }) => {
  const options = { json: { type: 'boolean' } } as const;
  const { values, positionals } = parseArgs({ args: [...words], options, allowPositionals: true });
  if (positionals.length > 0) throw misuse(`config ${positionals.join(' ')}: not understood`);
  const service = await load(cwd);
  const settings = service.config.describe();
  out(values.json === true ? `${JSON.stringify(settings, null, 2)}\n` : settingsTable(settings));
  return 0;
};
