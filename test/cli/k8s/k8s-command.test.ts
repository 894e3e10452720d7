import { parseAllDocuments } from 'yaml';
import { k8sCommand } from '../../../src/cli/k8s/k8s-command';
import { plainOf } from '../../../src/cli/k8s/why';
import { complaintsOf, type Manifest } from '../../support/kubernetes';
import { testContext, type TestContext } from '../support/context';
import { web, worker } from './made';

/* eslint-disable @typescript-eslint/no-explicit-any */

async function run(context: TestContext, ...words: string[]): Promise<string> {
  expect(await k8sCommand(words, context)).toBe(0);
  return context.told.out;
}
const kindsOf = (manifests: readonly Manifest[]): string[] => manifests.map(({ kind }) => kind);
const usual = ['Deployment', 'Service', 'HorizontalPodAutoscaler', 'PodDisruptionBudget', 'ServiceMonitor'];

test('prints YAML, the same as its JSON, and all of it is valid', async () => {
  const text = await run(testContext({ service: web() }));
  const manifests = parseAllDocuments(text).map((document) => document.toJS() as Manifest);
  expect(kindsOf(manifests)).toEqual(usual);
  const list = JSON.parse(await run(testContext({ service: web() }), '--json')) as { kind: string; items: Manifest[] };
  expect(list.kind).toBe('List');
  expect(list.items).toEqual(manifests.map(plainOf));
  for (const manifest of list.items) expect(complaintsOf(manifest)).toEqual([]);
});

test('every number in the YAML has its reason', async () => {
  const lines = (await run(testContext({ service: web({ shutdown: { drainDelayMs: 0 } }) }))).split('\n');
  const explained = /: (?:'?\d+(?:m|s|Mi)?'?|'--max-old-space-size=\d+')$/;
  const without = lines.filter((line, i) => explained.test(line) && !(lines[i - 1] ?? '').trim().startsWith('#'));
  // Said at the first mention, or no decision.
  const given =
    /version|runAsUser|runAsGroup|maxSkew|maxSurge|maxUnavailable: 0|sizeLimit|containerPort|port: 80|value: 1$|seconds: 5/;
  expect(without.filter((line) => !given.test(line)).map((line) => line.trim())).toEqual(["memory: '512Mi'"]);
});

test('takes image, number and namespace', async () => {
  const words = ['--image', 'registry.example/orders@sha256:1', '--replicas', '3', '--namespace', 'shop', '--json'];
  const list = JSON.parse(await run(testContext({ service: web() }), ...words)) as { items: any[] };
  expect(list.items.map(({ metadata }) => metadata.namespace)).toEqual(usual.map(() => 'shop'));
  expect(list.items[0].spec.template.spec.containers[0].image).toBe('registry.example/orders@sha256:1');
  expect(list.items[2].spec.minReplicas).toBe(3);
});

test.each([
  [['now'], 'k8s now: not understood'],
  [['--replicas', '0'], 'whole number'],
  [['--replicas', 'two'], 'whole number'],
  [['--namespace', 'Shop'], 'lower-case'],
  [['--image', ''], 'the name of an image'],
])('%j is not understood', async (words, message) => {
  await expect(k8sCommand(words, testContext({ service: web() }))).rejects.toThrow(message);
});

test('what does not fit is said on standard error and at the head', async () => {
  const context = testContext({ service: web({ shutdown: { drainDelayMs: 60_000 } }) });
  const text = await run(context);
  expect(context.told.err).toMatch(/^keelson k8s: shutdown\.drainDelayMs is 60 s/);
  expect(text).toMatch(/^# Written by[\s\S]*?# ATTENTION: shutdown\.drainDelayMs is 60 s/);
});

test('a worker needs its broker; the Secret that there must be is named', async () => {
  const text = await run(testContext({ service: worker() }));
  expect(text).toContain('# It needs a Secret called billing with AMQP_URL.');
});

test("the pods' configuration file counts: the service is made as in production", async () => {
  const before = process.env['NODE_ENV'];
  const seen: unknown[] = [];
  for (const env of [{}, { NODE_ENV: 'staging' }]) {
    const context: TestContext = {
      ...testContext({ env }),
      load: () => {
        seen.push(process.env['NODE_ENV']);
        return Promise.resolve(web());
      },
    };
    expect(await run(context)).toContain(`value: ${env.NODE_ENV ?? 'production'}`);
  }
  expect(seen).toEqual(['production', 'staging']);
  expect(process.env['NODE_ENV']).toBe(before);
});
