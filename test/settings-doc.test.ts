import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

test('docs/settings.md shows the settings as they are', () => {
  const script = join(__dirname, '../scripts/settings-doc.mjs');
  expect(() => execFileSync(process.execPath, [script, '--check'], { stdio: 'pipe' })).not.toThrow();
});
