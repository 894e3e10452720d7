import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { startServer, type Server } from './server';

const project = resolve(__dirname, '../eureka');
const cache = resolve(__dirname, '../../../node_modules/.cache/servers');
const made = ['pom.xml', 'src/main/java/test/keelson/EurekaApp.java', 'src/main/resources/application.properties'];

/** Builds the server, unless it was built from the very same files before. @returns its jar */
function build(): string {
  const hash = createHash('sha256');
  for (const file of made) hash.update(readFileSync(join(project, file)));
  const jar = join(cache, `eureka-server-${hash.digest('hex').slice(0, 16)}.jar`);
  if (existsSync(jar)) return jar;
  execFileSync('mvn', ['-q', '-B', '-DskipTests', 'package'], { cwd: project, stdio: 'inherit' });
  mkdirSync(cache, { recursive: true });
  copyFileSync(join(project, 'target/eureka-server.jar'), `${jar}.part`);
  renameSync(`${jar}.part`, jar);
  return jar;
}

/** A real Netflix Eureka server, as Spring Cloud ships it. */
export interface EurekaServer extends Server {
  readonly url: string;
  /** What it says of an instance; undefined: it does not know it. */
  instance(app: string, id: string): Promise<Record<string, unknown> | undefined>;
}

/** Starts a server on the port and waits until it answers. `peer` is the port of another one, with which it shares what it knows. */
export async function startEureka(port: number, peer?: number): Promise<EurekaServer> {
  const url = `http://127.0.0.1:${port}/eureka`;
  // A server knows itself by its host name, localhost: by the address it would take itself for another.
  const zone = peer === undefined ? `http://localhost:${port}/eureka/` : `http://127.0.0.1:${peer}/eureka/`;
  const options = [`--server.port=${port}`, `--eureka.client.service-url.defaultZone=${zone}`];
  const command = ['-n', '10', 'java', '-Xmx200m', '-XX:TieredStopAtLevel=1', '-jar', build(), ...options];
  const server = await startServer('nice', command, {}, `${url}/apps`);
  const instance = async (app: string, id: string): Promise<Record<string, unknown> | undefined> => {
    const path = `${url}/apps/${app}/${encodeURIComponent(id)}`;
    const answer = await fetch(path, { headers: { accept: 'application/json' } });
    if (answer.status === 404) return undefined;
    return ((await answer.json()) as { instance: Record<string, unknown> }).instance;
  };
  return { ...server, url, instance };
}
