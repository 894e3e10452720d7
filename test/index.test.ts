import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as face from '../src';

const root = resolve(__dirname, '..');

interface Door {
  readonly import: { readonly default: string };
  readonly require: { readonly default: string };
}

const { exports: subpaths } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  exports: Record<string, Door | string>;
};
const doors = Object.entries(subpaths).filter((entry): entry is [string, Door] => typeof entry[1] !== 'string');

/** What a program in a process of its own tells. */
function told(program: string): unknown {
  return JSON.parse(
    execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8', cwd: root }),
  );
}

test('keelson exports these names', () => {
  expect(Object.keys(face).sort()).toMatchSnapshot();
});

test('there are these doors', () => {
  expect(Object.keys(subpaths)).toMatchSnapshot();
});

/** Types too: they are what a declaration file names that the module itself does not have. */
test.each(doors.map(([subpath, door]) => [subpath, door]))('%s exports these names and types', (_subpath, door) => {
  const text = readFileSync(join(root, door.require.default.replace(/\.js$/, '.d.ts')), 'utf8');
  const listed = [...text.matchAll(/^export (?:type )?\{([^}]*)\}/gm)].flatMap((match) =>
    (match[1] as string).split(','),
  );
  const declared = [...text.matchAll(/^export declare \w+ (\w+)/gm)].map((match) => match[1] as string);
  const names = [...listed.map((name) => name.trim()), ...declared].filter((name) => name !== '');
  expect(names.sort()).toMatchSnapshot();
});

test('import and require give the same objects', () => {
  const paths = doors.map(([subpath]) => subpath.replace(/^\./, 'keelson'));
  const program = `
    import { createRequire } from 'node:module';
    const require = createRequire(${JSON.stringify(join(root, 'package.json'))});
    const differences = [];
    const names = {};
    for (const path of ${JSON.stringify(paths)}) {
      const required = require(path);
      const imported = await import(path);
      names[path] = Object.keys(required).length;
      for (const name of Object.keys(required)) if (required[name] !== imported[name]) differences.push(path + ' ' + name);
      if (Object.keys(required).sort().join() !== Object.keys(imported).sort().join()) differences.push(path);
    }
    console.log(JSON.stringify({ differences, names }));`;
  const { differences, names } = told(program) as { differences: string[]; names: Record<string, number> };
  expect(differences).toEqual([]);
  expect(Object.keys(names)).toEqual(paths);
  expect(Math.min(...Object.values(names))).toBeGreaterThan(0);
});

test('so there is one context, one error class and one list of services, whichever door they come by', () => {
  const program = `
    import { createRequire } from 'node:module';
    import { createService as imported, KeelsonError, isKeelsonError } from 'keelson';
    const require = createRequire(${JSON.stringify(join(root, 'package.json'))});
    const { createService: required } = require('keelson');
    let caught;
    try { required({ name: 'INVALID' }); } catch (error) { caught = error; }
    const made = [imported, required].map((create) => create({ name: 'tested', settings: { http: { port: 0 }, log: { level: 'error' } } }));
    await Promise.all(made.map((service) => service.start()));
    const running = globalThis[Symbol.for('keelson.process/1')].services.size;
    await Promise.all(made.map((service) => service.stop()));
    console.log(JSON.stringify({ ours: caught instanceof KeelsonError && isKeelsonError(caught, 'CONFIG_INVALID'), running }));`;
  expect(told(program)).toEqual({ ours: true, running: 2 });
});
