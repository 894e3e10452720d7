import { parseArgs } from 'node:util';
import { misuse, type Command } from './command';
import { isOwn } from './own-settings';
import { settingsMarkdown } from './settings-markdown';
import { settingsTable } from './settings-table';

const options = {
  json: { type: 'boolean' },
  markdown: { type: 'boolean' },
  'json-schema': { type: 'boolean' },
  all: { type: 'boolean' },
} as const;

/** `keelson config`: the settings of the service in this folder. */
export const configCommand: Command = async (words, { out, load, cwd }) => {
  const { values, positionals } = parseArgs({ args: [...words], options, allowPositionals: true });
  if (positionals.length > 0) throw misuse(`config ${positionals.join(' ')}: not understood`);
  const { json = false, markdown = false, 'json-schema': schema = false, all = false } = values;
  if ([json, markdown, schema].filter(Boolean).length > 1)
    throw misuse('config: one of --json, --markdown and --json-schema');
  if (all && !markdown) throw misuse('config: --all goes with --markdown; without it all settings are shown');
  const { name, config } = await load(cwd);
  const settings = config.describe();
  const asJson = (value: unknown): void => out(`${JSON.stringify(value, null, 2)}\n`);
  if (schema) {
    const { $schema, ...rest } = config.jsonSchema();
    asJson({ $schema, title: `Configuration of ${name}`, ...rest });
  } else if (markdown) out(settingsMarkdown(all ? settings : settings.filter(isOwn)));
  else if (json) asJson(settings);
  else out(settingsTable(settings));
  return 0;
};
