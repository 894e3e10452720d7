import { type SettingDescription } from './config';
import { type KnownSettings } from './known-settings';
import { shown } from './show';
import { type Snapshot } from './snapshot';

/** Every setting with its value, where that comes from and what lost to it; sensitive values masked. */
export function describeSettings(known: KnownSettings, { values, entries }: Snapshot): readonly SettingDescription[] {
  return [...known.settings.values()].map((setting) => {
    const { key, sensitive, harmless, fallback } = setting;
    const name = harmless ? undefined : key;
    const said = (entries.get(key) ?? []).map(({ source, raw }) => ({ source, value: shown(raw, sensitive, name) }));
    if (fallback !== undefined) said.push({ source: 'default', value: shown(fallback, sensitive, name) });
    const [winner, ...losers] = said;
    return {
      key,
      value: shown(values.get(key), sensitive, name),
      winner: winner?.source,
      losers,
      env: setting.env,
      doc: setting.doc,
      format: setting.format.expected,
      default: shown(fallback, sensitive, name),
      sensitive,
      required: setting.required,
    };
  });
}
