import { newFiles, type NewProject, type TextFile } from '../../src/cli/new-files';

const manifest = {
  name: 'greeter',
  version: '1.0.0',
  license: 'MIT',
  scripts: { test: 'npm run --silent build && node --test' },
  dependencies: { '@opentelemetry/api': '^1.9.0', keelson: 'file:../..' },
  devDependencies: { typescript: '^6.0.3' },
};
const template: TextFile[] = [
  { path: 'package.json', text: JSON.stringify(manifest) },
  {
    path: 'README.md',
    text: '# greeter\n\n    npm install\n    npm run build\n    npm ci\n    npx keelson config\n\nCommit package-lock.json.\n',
  },
  {
    path: 'Dockerfile',
    text: 'COPY package*.json ./\nRUN npm ci\nRUN npm run build\nRUN npm ci --omit=dev && npm cache clean --force\n',
  },
  { path: '.dockerignore', text: '!package-lock.json\n' },
  { path: 'src/service.ts', text: "import { createService } from 'keelson';\nexport function createGreeter() {}\n" },
  {
    path: 'test/greeter.test.cjs',
    text: "'greeter', 'invoice.due.greeter.dlq', 'greeter:1.0', greeter_total, greeters, xgreeter, Greeter, createGreeters",
  },
];
const make = (more: Partial<NewProject> = {}): Record<string, string> => {
  const files = newFiles(template, { name: 'order-history', pm: 'npm', keelson: '1.2.3', ...more });
  return Object.fromEntries(files.map(({ path, text }) => [path, text]));
};

test('renames the service where its name is a word of its own, in paths too', () => {
  const files = make();
  expect(Object.keys(files)).toEqual([
    'package.json',
    'README.md',
    'Dockerfile',
    '.dockerignore',
    'src/service.ts',
    'test/order-history.test.cjs',
    '.gitignore',
  ]);
  expect(files['test/order-history.test.cjs']).toBe(
    "'order-history', 'invoice.due.order-history.dlq', 'order-history:1.0', greeter_total, greeters, xgreeter, Greeter, createGreeters",
  );
  expect(files['src/service.ts']).toContain('export function createOrderHistory() {}');
});

test('the manifest has the name and keelson’s version, and no licence that nobody chose', () => {
  const text = make()['package.json'] as string;
  expect(text.endsWith('}\n')).toBe(true);
  const { license: _, ...rest } = manifest;
  expect(JSON.parse(text)).toEqual({
    ...rest,
    name: 'order-history',
    dependencies: { '@opentelemetry/api': '^1.9.0', keelson: '1.2.3' },
  });
});

test('what is built and installed is not for git', () => {
  expect(make()['.gitignore']).toMatch(/^node_modules\/\ndist\/\n/);
});

test('speaks of npm as the template does', () => {
  const files = make();
  for (const path of ['README.md', 'Dockerfile', '.dockerignore'])
    expect(files[path]).toBe(template.find((file) => file.path === path)?.text.replace('greeter', 'order-history'));
});

test('speaks of pnpm where that was chosen', () => {
  const files = make({ pm: 'pnpm' });
  expect(files['README.md']).toBe(
    '# order-history\n\n    pnpm install\n    pnpm run build\n    pnpm ci\n    pnpm exec keelson config\n\nCommit pnpm-lock.yaml.\n',
  );
  expect(files['Dockerfile']).toMatch(
    /^COPY package\.json pnpm-lock\.yaml \.\/\nRUN npx --yes pnpm@\d+ install --frozen-lockfile\nRUN npm run build\nRUN npx --yes pnpm@\d+ install --frozen-lockfile --prod && npm cache clean --force\n$/,
  );
  expect(files['.dockerignore']).toBe('!pnpm-lock.yaml\n');
  expect(JSON.parse(files['package.json'] as string)).toMatchObject({
    scripts: { test: 'pnpm run --silent build && node --test' },
  });
});

test('the template’s own name is a name too', () => {
  expect(make({ name: 'greeter' })['src/service.ts']).toBe(template[4]?.text);
});

test.each([
  ['service', /a function createService, and the template has one of that name/],
  ['keelson', /keelson is a package that the template needs/],
  ['typescript', /typescript is a package that the template needs/],
])('%s is refused, because the template has one', (name, message) => {
  expect(() => make({ name })).toThrow(message);
});

test('a template without a manifest is none', () => {
  expect(() => newFiles([], { name: 'a', pm: 'npm', keelson: '1.2.3' })).toThrow('The template has no package.json.');
});
