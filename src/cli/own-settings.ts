import { type SettingDescription, type SettingsSchema } from '../config';
import { chassisSettings, otelSettings } from '../service';

const chassisKeys: ReadonlySet<string> = new Set([...keysOf(chassisSettings), ...keysOf(otelSettings)]);

/** Is it a setting of the service's own? */
export function isOwn({ key }: SettingDescription): boolean {
  return !chassisKeys.has(key);
}

function keysOf(schema: SettingsSchema, path = ''): string[] {
  return Object.entries(schema).flatMap(([name, node]) =>
    typeof node['doc'] === 'string' ? [path + name] : keysOf(node as SettingsSchema, `${path}${name}.`),
  );
}
