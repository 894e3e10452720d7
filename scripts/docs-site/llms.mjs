// llms.txt (llmstxt.org): what there is to read, one line a page, for programs that read for somebody. llms-full.txt has all of it.
import { navigation, listed } from './navigation.mjs';
import { text } from './repository.mjs';

const about = `# keelson

> A microservice chassis for Node.js in TypeScript: one npm package with what every service needs besides its business logic. Configuration, logs,
> metrics, tracing, health probes, HTTP on express 5, a client with discovery and resilience, events and commands, and a stop that loses no request.

- Install: \`npm install keelson @opentelemetry/api\`. Node.js 20.19 or newer. CommonJS and ES modules.
- \`createService({ name })\` makes a service and opens nothing; \`service.app\` is an express 5 application; \`await service.start()\` starts it.
- Durations are milliseconds, sizes are bytes, ratios are 0 to 1.
- Errors are \`KeelsonError\`s: test the code with \`isKeelsonError(error, code)\`, never the message.
- Every TypeScript block in these pages is a whole program that is compiled and run by the tests.
`;

export function llmsIndex() {
  const sections = navigation.map(({ title, pages }) => {
    const lines = pages.flatMap((one) => [one, ...(one.children ?? [])]).map(line);
    return `## ${title === 'Project' ? 'Optional' : title}\n\n${lines.join('\n')}\n`;
  });
  return [about, ...sections].join('\n');
}

function line({ path, title, about: what }) {
  return `- [${title}](${path}): ${what}`;
}

export function llmsFull() {
  return [about, ...listed.map(({ path }) => `<!-- ${path} -->\n\n${text(path)}`)].join('\n');
}
