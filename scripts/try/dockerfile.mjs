// Reads a Dockerfile into stages of plain steps. Only what the templates need is understood; anything else is an error, not a guess.
import { DockerfileParser } from 'dockerfile-ast';

/** The stages in their order: { image, name, steps: [{ keyword, ... }] }. */
export function stagesOf(text) {
  const stages = [];
  for (const instruction of DockerfileParser.parse(text).getInstructions()) {
    const keyword = instruction.getKeyword();
    if (keyword === 'FROM') {
      stages.push({ image: instruction.getImage(), name: instruction.getBuildStage() ?? undefined, steps: [] });
      continue;
    }
    if (stages.length === 0) throw new Error(`${keyword} before the first FROM`);
    const read = readers[keyword];
    if (read === undefined) throw new Error(`${keyword} is not understood here, and no template should need it`);
    stages.at(-1).steps.push({ keyword, ...read(instruction) });
  }
  if (stages.length === 0) throw new Error('there is no FROM');
  return stages;
}

const text = (instruction) => ({ text: instruction.getArgumentsContent() });
const readers = {
  WORKDIR: text,
  USER: text,
  EXPOSE: text,
  RUN(instruction) {
    if (instruction.getFlags().length > 0) throw new Error('RUN with an option is not understood here');
    return text(instruction);
  },
  ENV: (instruction) => ({
    values: Object.fromEntries(instruction.getProperties().map((one) => [one.getName(), one.getValue()])),
  }),
  COPY(instruction) {
    const flags = Object.fromEntries(instruction.getFlags().map((flag) => [flag.getName(), flag.getValue()]));
    const { from, chown: _, ...others } = flags;
    if (Object.keys(others).length > 0) throw new Error(`COPY --${Object.keys(others)[0]} is not understood here`);
    const paths = instruction.getArguments().map((argument) => argument.getValue());
    return { from, sources: paths.slice(0, -1), to: paths.at(-1) };
  },
  CMD(instruction) {
    const words = instruction.getJSONStrings().map((string) => string.getJSONValue());
    if (words.length === 0) throw new Error('CMD has no JSON form: a shell would stand between the signals and node');
    return { words };
  },
};
