import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs, types } from 'node:util';
import { createRedactor, isKeelsonError } from '../core';
import { loadService } from './load-service';
import { settingsTable } from './settings-table';

const usage = `keelson: the chassis's command line

  keelson config [--json]   every setting of the service in this folder: value, where it comes from, environment name
  keelson --version
  keelson --help

The service is found by package.json: "keelson": { "service": "dist/service.js" }.
`;

/** Where the command line writes; the process's own by default. */
export interface CliOutput {
  out(text: string): void;
  err(text: string): void;
}

const processOutput: CliOutput = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
};

/** Runs one command. Resolves to the exit code: 0 done, 1 failed, 2 not a command, 78 the service's configuration is invalid. */
export async function runCli(
  args: readonly string[],
  output: CliOutput = processOutput,
  cwd = process.cwd(),
): Promise<number> {
  try {
    const options = {
      json: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
      version: { type: 'boolean', short: 'v' },
    } as const;
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    if (values.version === true) output.out(`${ownVersion()}\n`);
    else if (values.help === true) output.out(usage);
    else if (positionals.length === 1 && positionals[0] === 'config')
      output.out(await describeConfig(cwd, values.json === true));
    else return misused(output, positionals[0]);
    return 0;
  } catch (error) {
    if (isMisuse(error)) return misused(output, error.message);
    const invalid = isKeelsonError(error, 'CONFIG_INVALID');
    const message = error instanceof Error ? error.message : String(error);
    // A report of the configuration has masked what it must; others say what they like.
    output.err(`${invalid ? message : createRedactor().text(message)}\n`);
    return invalid ? 78 : 1;
  }
}

async function describeConfig(cwd: string, asJson: boolean): Promise<string> {
  const service = await loadService(cwd);
  const settings = service.config.describe();
  return asJson ? `${JSON.stringify(settings, null, 2)}\n` : settingsTable(settings);
}

/** An option that there is not, told by node:util's parser: a service may throw a TypeError of its own. */
function isMisuse(error: unknown): error is Error {
  return types.isNativeError(error) && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS_');
}

function misused(output: CliOutput, what: string | undefined): number {
  output.err(what === undefined ? usage : `keelson: ${what}: not understood\n\n${usage}`);
  return 2;
}

function ownVersion(): string {
  const { version } = JSON.parse(readFileSync(join(__dirname, '..', '..', 'package.json'), 'utf8')) as {
    version: string;
  };
  return version;
}
