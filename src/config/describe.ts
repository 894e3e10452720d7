import { type SettingDescription } from './config';
import { type KnownSettings } from './known-settings';
import { redactorForValues, shown } from './show';
import { type Snapshot } from './snapshot';

/** Every setting with its value, where that comes from and what lost to it; sensitive values masked. */
export function describeSettings(known: KnownSettings, { values, entries }: Snapshot): readonly SettingDescription[] {
  const redactor = redactorForValues();
  return [...known.settings.values()].map((setting) => {
    const { key, sensitive, harmless, fallback } = setting;
    const masked = (value: unknown): unknown => shown(value, sensitive, harmless ? undefined : key, redactor);
    const said = (entries.get(key) ?? []).map(({ source, raw }) => ({ source, value: masked(raw) }));
    if (fallback !== undefined) said.push({ source: 'default', value: masked(fallback) });
    const [winner, ...losers] = said;
    return {
      key,
      value: masked(values.get(key)),
      winner: winner?.source,
      losers,
      env: setting.env,
      doc: setting.doc,
      type: setting.format.type,
      format: setting.format.expected,
      default: masked(fallback),
      sensitive,
      required: setting.required,
    };
  });
}
