import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** scripts/try-dockerfile.mjs finds what is wrong with a Dockerfile. The templates' own are carried out with real packages by .ci/run. */
const script = join(__dirname, '..', 'scripts', 'try-dockerfile.mjs');
const dockerfile = `# Two stages.
FROM node:24-slim AS build
WORKDIR /app
COPY package*.json src/main.* ./
COPY src ./src/copy
RUN mkdir dist && \\
  mv main.js dist/ && test "$(cat src/copy/deep/a.txt)" = deep
FROM node:24-slim
ENV GREETING="well met"
WORKDIR /app
RUN mkdir -p node_modules/keelson && echo '{}' >node_modules/keelson/package.json
COPY --from=build /app/dist ./dist
USER node
EXPOSE 3000
CMD ["node", "dist/main.js"]
`;
/** A service that ends itself where it has privileges, or not what the image gives it. */
const main = `
if (process.getuid() === 0 || process.env.GREETING !== 'well met' || process.env.SECRET !== undefined) process.exit(7);
const server = require('node:http').createServer((req, res) => res.end('ok'));
server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ message: 'ready', port: server.address().port })));
process.on('SIGTERM', () => process.exit(Number(process.env.CODE ?? 0)));
`;
const files = {
  Dockerfile: dockerfile,
  '.dockerignore': '*\n!package.json\n!src\n',
  '.env': 'SECRET=1',
  'package.json': '{ "dependencies": {}, "devDependencies": { "typescript": "1" } }',
  'package-lock.json':
    '{ "packages": { "": {}, "node_modules/typescript": { "dev": true }, "node_modules/keelson": {} } }',
  'src/main.js': main,
  'src/deep/a.txt': 'deep',
};

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keelson-image-'));
  chmodSync(folder, 0o755);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function tried(changed: Partial<typeof files> = {}): { status: number | null; stdout: string; stderr: string } {
  for (const [path, text] of Object.entries({ ...files, ...changed })) {
    const file = join(folder, 'project', path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  const env = { PATH: process.env['PATH'], SECRET: 'of this machine' };
  const words = [script, join(folder, 'project'), join(folder, 'image')];
  return spawnSync(process.execPath, words, { encoding: 'utf8', env });
}

test('a Dockerfile that is well is carried out as a user without privileges', () => {
  const { status, stdout, stderr } = tried();
  expect([status, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(
    /the last stage has none of the development packages, 1\n {2}CMD node dist\/main\.js\n {2}\/livez 200, SIGTERM to exit code 0: \d+ ms/,
  );
  expect(readFileSync(join(folder, 'image', 'stage-2', 'app', 'dist', 'main.js'), 'utf8')).toBe(main);
});

const instead = (from: string, to: string): string => {
  expect(dockerfile).toContain(from);
  return dockerfile.replace(from, to);
};
const last = 'USER node\n';

test.each<[string, () => Partial<typeof files>, string]>([
  [
    'a shell before node',
    () => ({ Dockerfile: instead('["node", "dist/main.js"]', 'node dist/main.js') }),
    'CMD has no JSON form',
  ],
  ['no CMD', () => ({ Dockerfile: instead('CMD ["node", "dist/main.js"]', '') }), 'there is no CMD'],
  ['no USER', () => ({ Dockerfile: instead(last, '') }), 'the last stage runs as root'],
  ['USER 0', () => ({ Dockerfile: instead(last, 'USER 0\n') }), 'the last stage runs as root'],
  ['USER root by group', () => ({ Dockerfile: instead(last, 'USER root:root\n') }), 'the last stage runs as root'],
  ['one stage', () => ({ Dockerfile: instead('FROM node:24-slim\n', '') }), 'there is one stage only'],
  [
    'another image',
    () => ({ Dockerfile: instead('FROM node:24-slim\n', 'FROM mirror/node\n') }),
    'not from node:<version>',
  ],
  [
    'a download',
    () => ({ Dockerfile: instead(last, `ADD https://example.org/a /\n${last}`) }),
    'ADD is not understood',
  ],
  [
    'an option of RUN',
    () => ({ Dockerfile: instead('RUN mkdir dist', 'RUN --network=host mkdir dist') }),
    'RUN with an option',
  ],
  ['a failing RUN', () => ({ Dockerfile: instead(last, `RUN exit 3\n${last}`) }), 'Command failed'],
  [
    'a RUN that wants privileges',
    () => ({ Dockerfile: instead(last, `RUN test "$(id -u)" = 0\n${last}`) }),
    'Command failed',
  ],
  [
    'a stage that is not there',
    () => ({ Dockerfile: instead('--from=build', '--from=built') }),
    'COPY --from=built: there is no such stage',
  ],
  [
    'a file that is not there',
    () => ({ Dockerfile: instead(last, `COPY lib ./lib\n${last}`) }),
    'COPY lib: there is no such file',
  ],
  [
    'a file that is ignored',
    () => ({ Dockerfile: instead(last, `COPY .env ./\n${last}`) }),
    'COPY .env: there is no such file',
  ],
  [
    'a secret in the context',
    () => ({ '.dockerignore': 'node_modules\n.git\ndist\n' }),
    '.dockerignore lets .env into the image',
  ],
  [
    'a development package',
    () => ({ Dockerfile: instead(last, `RUN mkdir node_modules/typescript\n${last}`) }),
    'development packages in the last stage: node_modules/typescript',
  ],
  [
    'sources',
    () => ({ 'src/a.ts': '', Dockerfile: instead(last, `COPY src ./src\n${last}`) }),
    'sources in the last stage: src/a.ts',
  ],
  [
    'no keelson',
    () => ({ Dockerfile: dockerfile.replace(/RUN mkdir -p node_modules.*\n/, 'RUN mkdir node_modules\n') }),
    'the last stage has no keelson',
  ],
  [
    'SIGTERM that is a failure',
    () => ({ Dockerfile: instead(last, `ENV CODE=3\n${last}`) }),
    'SIGTERM ended it with 3',
  ],
  ['a service that ends', () => ({ 'src/main.js': 'process.exit(4)' }), 'it ended with 4'],
])('%s is found', (_what, changed, message) => {
  const { status, stderr } = tried(changed());
  expect(stderr).toContain(message);
  expect(status).toBe(1);
});
