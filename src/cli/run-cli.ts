import { parseArgs, types } from 'node:util';
import { createRedactor, isKeelsonError } from '../core';
import { type CliContext, type CliOutput, type CliTools, type Command } from './command';
import { configCommand } from './config-command';
import { dlqCommand } from './dlq-command';
import { newCommand } from './new-command';
import { ownVersion } from './own-package';
import { printCommand } from './print-command';
import { k8sCommand } from './k8s/k8s-command';
import { doctorCommand } from './doctor-command';
import { processOutput, processTools } from './tools';
import { topologyCommand } from './topology-command';
import { usage } from './usage';

const commands: ReadonlyMap<string, Command> = new Map([
  ['new', newCommand],
  ['config', configCommand],
  ['print', printCommand],
  ['k8s', k8sCommand],
  ['topology', topologyCommand],
  ['dlq', dlqCommand],
  ['doctor', doctorCommand],
]);

/** Runs one command. Resolves to the exit code, as the usage lists them. */
export async function runCli(
  args: readonly string[],
  output: CliOutput = processOutput,
  cwd = process.cwd(),
  tools: CliTools = processTools(),
): Promise<number> {
  try {
    return await run(args, { ...tools, ...output, cwd });
  } catch (error) {
    if (isMisuse(error)) return misused(output, error.message);
    const invalid = isKeelsonError(error, 'CONFIG_INVALID');
    const message = error instanceof Error ? error.message : String(error);
    // A report of the configuration has masked what it must; others say what they like.
    output.err(`${invalid ? message : createRedactor().text(message)}\n`);
    return invalid ? 78 : 1;
  }
}

async function run(args: readonly string[], context: CliContext): Promise<number> {
  if (args.includes('--help') || args.includes('-h')) {
    context.out(usage);
    return 0;
  }
  const at = args.findIndex((word) => !word.startsWith('-'));
  const name = args[at];
  if (name === undefined) return withoutCommand(args, context);
  const command = commands.get(name);
  if (command === undefined) return misused(context, `${name}: not understood`);
  return command([...args.slice(0, at), ...args.slice(at + 1)], context);
}

function withoutCommand(args: readonly string[], context: CliContext): number {
  const options = { version: { type: 'boolean', short: 'v' } } as const;
  const { values } = parseArgs({ args: [...args], options });
  if (values.version !== true) return misused(context, undefined);
  context.out(`${ownVersion()}\n`);
  return 0;
}

/** An option that there is not, told by node:util's parser: a service may throw a TypeError of its own. */
function isMisuse(error: unknown): error is Error {
  return types.isNativeError(error) && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS_');
}

function misused(output: CliOutput, what: string | undefined): number {
  output.err(what === undefined ? usage : `keelson: ${what}\n\n${usage}`);
  return 2;
}
