import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';

const root = resolve(__dirname, '..');
const src = join(root, 'src');

/** architecture.md: a folder imports from lower floors only. */
const floors: Record<string, number> = {
  core: 0,
  config: 1,
  logging: 1,
  metrics: 1,
  tracing: 1,
  resilience: 1,
  discovery: 1,
  faults: 1,
  http: 2,
  client: 2,
  messaging: 2,
  health: 2,
  security: 2,
  gateway: 3,
  consistency: 3,
  service: 4,
  testing: 5,
  cli: 6,
};

/** Which folders may import which package. */
const vendors: Record<string, readonly string[]> = {
  convict: ['config'],
  yaml: ['config', 'cli'],
  winston: ['logging'],
  'prom-client': ['metrics'],
  '@opentelemetry/api': ['tracing'],
  express: ['http'],
  amqplib: ['messaging'],
  opossum: ['resilience'],
  'eureka-js-client': ['discovery'],
  undici: ['client', 'discovery'],
};

/** Folders within folders that are doors of their own. */
const adapters = ['discovery/eureka', 'messaging/amqp'];

interface Import {
  readonly from: string;
  readonly specifier: string;
}

function sources(folder: string): string[] {
  return readdirSync(folder)
    .flatMap((name) => {
      const path = join(folder, name);
      return statSync(path).isDirectory() ? sources(path) : [path];
    })
    .filter((path) => path.endsWith('.ts'));
}

const files = sources(src);
const imports: Import[] = files.flatMap((from) => {
  const text = readFileSync(from, 'utf8');
  const found = [
    ...text.matchAll(
      /^(?:import|export)\s[^;]*?from '([^']+)'|^import '([^']+)'|\bimport\('([^']+)'\)|\brequire\('([^']+)'\)/gm,
    ),
  ];
  return found.map((match) => ({ from, specifier: (match[1] ?? match[2] ?? match[3] ?? match[4]) as string }));
});

const folderOf = (file: string): string => {
  const parts = relative(src, file).split(sep);
  return parts.length === 1 ? '' : (parts[0] as string);
};
const targetOf = ({ from, specifier }: Import): string => {
  const base = resolve(dirname(from), specifier);
  if (existsSync(`${base}.ts`)) return `${base}.ts`;
  return join(base, 'index.ts');
};
const show = ({ from, specifier }: Import): string => `${relative(root, from)} -> ${specifier}`;

test('the sources were read', () => {
  expect(files.length).toBeGreaterThan(60);
  expect(imports.length).toBeGreaterThan(200);
});

test('every folder has a floor', () => {
  const folders = [...new Set(files.map(folderOf))].filter((folder) => folder !== '');
  expect(folders.filter((folder) => floors[folder] === undefined)).toEqual([]);
});

test('a file imports from its own folder or from a lower floor, through its index', () => {
  const wrong = imports
    .filter(({ specifier }) => specifier.startsWith('.'))
    .filter((one) => {
      const [from, to] = [folderOf(one.from), folderOf(targetOf(one))];
      if (from === to) return false;
      const own = from === '' ? Infinity : (floors[from] as number);
      const through = [to, ...adapters].map((door) => join(src, door, 'index.ts'));
      return (floors[to] as number) >= own || !through.includes(targetOf(one));
    });
  expect(wrong.map(show)).toEqual([]);
});

test('no import leads in a circle', () => {
  const graph = new Map<string, string[]>();
  for (const one of imports.filter(({ specifier }) => specifier.startsWith('.'))) {
    graph.set(one.from, [...(graph.get(one.from) ?? []), targetOf(one)]);
  }
  const done = new Set<string>();
  const circle = (file: string, path: string[]): string[] | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return undefined;
    for (const next of graph.get(file) ?? []) {
      const found = circle(next, [...path, file]);
      if (found !== undefined) return found;
    }
    done.add(file);
    return undefined;
  };
  for (const file of files) expect(circle(file, [])?.map((path) => relative(src, path))).toBeUndefined();
});

test('each vendor is imported in its folder only', () => {
  const outside = imports.filter(({ specifier }) => !specifier.startsWith('.') && !specifier.startsWith('node:'));
  const wrong = outside.filter(({ from, specifier }) => {
    const name = specifier.startsWith('@')
      ? specifier.split('/').slice(0, 2).join('/')
      : (specifier.split('/')[0] as string);
    return vendors[name]?.includes(folderOf(from)) !== true;
  });
  expect(wrong.map(show)).toEqual([]);
});

test('only config and the command line read files and the environment', () => {
  const readers = files.filter((file) => {
    const text = readFileSync(file, 'utf8');
    return /node:fs|process\.env|process\.argv/.test(text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, ''));
  });
  expect(readers.map(folderOf).filter((folder) => folder !== 'config' && folder !== 'cli')).toEqual([]);
});

test('index files list names one by one', () => {
  const wrong = files.filter((file) => /export \*|export default/.test(readFileSync(file, 'utf8')));
  expect(wrong.map((file) => relative(root, file))).toEqual([]);
});

test('every source file has its test', () => {
  const without = files
    .map((file) => relative(src, file))
    .filter((file) => !file.endsWith('index.ts') && !file.endsWith('.d.ts'))
    .filter((file) => !existsSync(join(root, 'test', file.replace(/\.ts$/, '.test.ts'))));
  expect(without).toEqual([]);
});

describe('what is loaded', () => {
  const heavy = [
    'express',
    'convict',
    'yaml',
    'winston',
    'prom-client',
    '@opentelemetry/api',
    'opossum',
    'amqplib',
    'eureka-js-client',
    'undici',
  ];
  const allowed: Record<string, string[]> = {
    core: [],
    config: ['convict'],
    logging: [], // winston only when a service brings transports of its own
    metrics: ['prom-client'],
    tracing: ['@opentelemetry/api'],
    resilience: ['opossum'],
    client: ['opossum', 'undici'],
    health: [],
    http: ['express'],
    discovery: [],
    faults: [],
    testing: [],
    messaging: [],
    'discovery/eureka': ['undici'], // eureka-js-client is compiled in
    'messaging/amqp': ['amqplib'],
  };

  test.each(Object.keys(allowed))('by keelson/%s', (folder) => {
    const program = `
      require(${JSON.stringify(join(root, 'dist', folder, 'index.js'))});
      const loaded = Object.keys(require.cache).map((file) => (file.match(/node_modules[\\\\/]((?:@[^\\\\/]+[\\\\/])?[^\\\\/]+)/) ?? [])[1]);
      process.stdout.write(JSON.stringify([...new Set(loaded.filter(Boolean))]));`;
    const loaded = JSON.parse(execFileSync(process.execPath, ['-e', program], { encoding: 'utf8' })) as string[];
    expect(loaded.filter((name) => heavy.includes(name)).sort()).toEqual([...(allowed[folder] as string[])].sort());
  });

  test.each(Object.keys(allowed))('by keelson/%s of keelson itself: only lower floors', (folder) => {
    const program = `
      require(${JSON.stringify(join(root, 'dist', folder, 'index.js'))});
      process.stdout.write(JSON.stringify(Object.keys(require.cache).filter((file) => !file.includes('node_modules'))));`;
    const loaded = JSON.parse(execFileSync(process.execPath, ['-e', program], { encoding: 'utf8' })) as string[];
    const folders = new Set(loaded.map((file) => relative(join(root, 'dist'), file).split(sep)[0] as string));
    const own = folder.split('/')[0] as string;
    for (const other of folders) if (other !== own) expect(floors[other]).toBeLessThan(floors[own] as number);
  });

  test('by keelson/messaging of keelson itself: nothing but core', () => {
    const program = `
      require(${JSON.stringify(join(root, 'dist', 'messaging', 'index.js'))});
      process.stdout.write(JSON.stringify(Object.keys(require.cache)));`;
    const loaded = JSON.parse(execFileSync(process.execPath, ['-e', program], { encoding: 'utf8' })) as string[];
    const files = loaded.map((file) => relative(join(root, 'dist'), file).split(sep).join('/'));
    expect(files.sort()).toEqual(['core/index.js', 'messaging/index.js']);
  });
});
