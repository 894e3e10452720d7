import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(__dirname, '../../../..');
/** What a patient's process runs. */
export const program = join(root, 'dist', 'cli', 'doctor', 'main.js');

const folders: string[] = [];

/** A folder with a service; `body` is that of the function that makes it, out of `settings`. */
export function project(body: string, keelson: object = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'keelson-doctor-'));
  folders.push(folder);
  const manifest = { name: 'x', version: '1.0.0', keelson: { service: 'dist/service.js', ...keelson } };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  mkdirSync(join(folder, 'dist'));
  const from = JSON.stringify(join(root, 'dist'));
  const text = `const { createService } = require(${from});\nexports.createIt = (settings) => { ${body} };\n`;
  writeFileSync(join(folder, 'dist', 'service.js'), text);
  return folder;
}

export function removeProjects(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
}
