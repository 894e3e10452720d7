import { execFileSync } from 'node:child_process';

/** A secret that was planted somewhere. */
export interface Plant {
  readonly name: string;
  /** What must be found nowhere. */
  readonly canary: string;
  /** What stands beside it and is no secret: shows that the plant came through. */
  readonly mark: string;
}

/** All that was written somewhere. */
export interface Channel {
  readonly name: string;
  readonly bytes: string;
}

/** The plants that a program prints as `{ texts, values, further }`; `names` are those of further ones. */
export function plantsOf(program: string, seed: string, names: readonly string[]): Record<string, Plant[]> {
  const told = execFileSync(process.execPath, [program, ...names], { env: { SEED: seed }, encoding: 'utf8' });
  return JSON.parse(told) as Record<string, Plant[]>;
}

/** How a secret may be disguised. A half is a leak too: what is left can be guessed. */
function formsOf(canary: string): readonly string[] {
  const half = Math.ceil(canary.length / 2);
  const bytes = Buffer.from(canary);
  const hex = bytes.toString('hex');
  // At whatever place of a longer text it begins: without the ends, which its neighbours change.
  const base64 = [0, 1, 2].flatMap((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    return text.slice(shift === 0 ? 0 : shift + 1, -2);
  });
  const spaced = (hex.match(/../g) ?? []).join(' ');
  const numbers = [...bytes].join(',');
  const reversed = [...canary].reverse().join('');
  return [canary.slice(0, half), canary.slice(-half), ...base64, hex, spaced, numbers, reversed];
}

/** `<plant> in <channel>` for each plant that shows in a channel. */
export function leaksIn(plants: readonly Plant[], channels: readonly Channel[]): string[] {
  const leaks: string[] = [];
  for (const { name, canary } of plants) {
    const forms = formsOf(canary);
    for (const channel of channels) {
      if (forms.some((form) => channel.bytes.includes(form))) leaks.push(`${name} in ${channel.name}`);
    }
  }
  return leaks;
}

/** `<plant> in <channel>` for each plant that a channel has lost altogether. */
export function missingIn(plants: readonly Plant[], channels: readonly Channel[]): string[] {
  return channels.flatMap(({ name, bytes }) =>
    plants.filter(({ mark }) => !bytes.includes(mark)).map((plant) => `${plant.name} in ${name}`),
  );
}
