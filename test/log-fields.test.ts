import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Writable } from 'node:stream';
import ts from 'typescript';
import { createLogging, type AccessLine } from '../src/logging';
import { reservedNames } from '../src/logging/fields';

/** docs/log-fields.md against what the sources log: the types of the fields say their names, wherever they are put together. */
const root = resolve(__dirname, '..');
const page = readFileSync(join(root, 'docs/log-fields.md'), 'utf8');

/** The names in the first column of the table under a heading. */
function namesUnder(heading: string): string[] {
  const [, part = ''] = page.split(`\n## ${heading}\n`);
  const rows = (part.split('\n## ')[0] as string).split('\n').filter((line) => line.startsWith('| `'));
  return rows.flatMap((row) =>
    [...(row.split('|')[1] as string).matchAll(/`([^`]+)`/g)].map((one) => one[1] as string),
  );
}

const places: ReadonlyMap<string, number> = new Map([
  ...['debug', 'info', 'warn', 'error'].map((level) => [level, 1] as const),
  ['child', 0],
]);

/** Which argument of a call becomes members of a line; -1: none does. */
function placeOfFields({ expression, name }: ts.PropertyAccessExpression, checker: ts.TypeChecker): number {
  const receiver = checker.getTypeAtLocation(expression);
  // Lines that the log writes about itself.
  if (name.text === 'own' && receiver.symbol?.name === 'Lines') return 3;
  const isLogger = receiver.getProperty('isEnabled') !== undefined && receiver.getProperty('child') !== undefined;
  return isLogger ? (places.get(name.text) ?? -1) : -1;
}

function fieldsOf(argument: ts.Expression | undefined, checker: ts.TypeChecker): string[] {
  if (argument === undefined) return [];
  const type = checker.getTypeAtLocation(argument);
  const parts = type.isUnion() ? type.types : [type];
  return parts.flatMap((part) => checker.getPropertiesOfType(part).map((one) => one.name));
}

/** Each field that the sources log. */
function loggedFields(): Set<string> {
  const files = (readdirSync(join(root, 'src'), { recursive: true }) as string[])
    .filter((name) => name.endsWith('.ts') && !/^(cli|testing)\//.test(name))
    .map((name) => join(root, 'src', name));
  const config = ts.readConfigFile(join(root, 'tsconfig.json'), (path) => ts.sys.readFile(path));
  const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, root);
  const program = ts.createProgram(files, { ...options, noEmit: true });
  const checker = program.getTypeChecker();
  const found = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
      const fields = node.arguments[placeOfFields(node.expression, checker)];
      for (const name of fieldsOf(fields, checker)) found.add(name);
    }
    ts.forEachChild(node, visit);
  };
  for (const file of files) visit(program.getSourceFile(file) as ts.SourceFile);
  return found;
}

test('every field that the chassis logs is listed, and no other', () => {
  expect(namesUnder('Of the lines of the chassis').sort()).toEqual([...loggedFields()].sort());
}, 60_000);

test('the members of every line are listed', () => {
  expect(namesUnder('Of every line')).toEqual(reservedNames);
});

test('the members of access lines are listed', async () => {
  const lines: string[] = [];
  const out = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      lines.push(chunk.toString());
      done();
    },
  });
  const logging = createLogging({ service: 'any', out });
  await logging.start();
  const line: Required<AccessLine> = {
    ...{ method: 'GET', path: '/', route: '/', status: 200, durationMs: 1, bytes: 1, aborted: true },
    ...{ requestId: 'r', traceId: 't', spanId: 's', userAgent: 'u', client: 'c' },
  };
  logging.access(line);
  await logging.close();
  const members = Object.keys(JSON.parse(lines.join('')) as object).filter((name) => !reservedNames.includes(name));
  expect(namesUnder('Of access lines')).toEqual(members);
});
