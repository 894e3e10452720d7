import { totalmem } from 'node:os';
import { type FamilyStore } from '../store';

const secondsPerMicrosecond = 1e-6;

/** What the operating system knows of the process, read at each scrape; and which Node.js it is. */
export function addProcessMetrics(store: FamilyStore): void {
  addCpu(store);
  addMemory(store);
  addResources(store);
  store
    .gauge({
      name: 'process_start_time_seconds',
      help: 'When the process started, in seconds since the epoch.',
    })
    .set(performance.timeOrigin / 1000);
  const [major = '', minor = '', patch = ''] = process.versions.node.split('.');
  store
    .gauge({
      name: 'nodejs_version_info',
      help: 'Which Node.js this is; always 1.',
      labels: ['version', 'major', 'minor', 'patch'],
    })
    .set({ version: process.version, major, minor, patch }, 1);
}

function addCpu(store: FamilyStore): void {
  const user = store.counter({
    name: 'process_cpu_user_seconds_total',
    help: 'Processor time spent in the program, in seconds.',
  });
  const system = store.counter({
    name: 'process_cpu_system_seconds_total',
    help: 'Processor time spent in the kernel on behalf of the program, in seconds.',
  });
  const all = store.counter({
    name: 'process_cpu_seconds_total',
    help: 'Processor time spent, in seconds.',
  });
  // The three are collected in the order in which they were made, so one reading serves all.
  user.onCollect(() => {
    const spent = process.cpuUsage();
    user.raiseTo(spent.user * secondsPerMicrosecond);
    system.raiseTo(spent.system * secondsPerMicrosecond);
    all.raiseTo((spent.user + spent.system) * secondsPerMicrosecond);
  });
}

function addMemory(store: FamilyStore): void {
  const resident = store.gauge({
    name: 'process_resident_memory_bytes',
    help: 'Memory of the process that is in RAM, in bytes.',
  });
  const heap = store.gauge({
    name: 'process_heap_bytes',
    help: 'Memory that V8 has reserved for its heap, in bytes.',
  });
  const external = store.gauge({
    name: 'nodejs_external_memory_bytes',
    help: 'Memory outside the heap that JavaScript objects hold, buffers for the most part, in bytes.',
  });
  store
    .gauge({
      name: 'process_memory_limit_bytes',
      help: 'Memory that the process may use: the limit of its container, or else what the machine has, in bytes.',
    })
    .set(memoryLimit(process.constrainedMemory(), totalmem()));
  resident.onCollect(() => {
    const memory = process.memoryUsage();
    resident.set(memory.rss);
    heap.set(memory.heapTotal);
    external.set(memory.external);
  });
}

/** Without a container Node.js says 0, or a number that is larger than any memory. @param machine what the machine has, in bytes */
export function memoryLimit(constrained: number, machine: number): number {
  return constrained > 0 ? Math.min(constrained, machine) : machine;
}

function addResources(store: FamilyStore): void {
  const resources = store.gauge({
    name: 'nodejs_active_resources',
    help: 'Resources that keep the event loop alive, by type.',
    labels: ['type'],
  });
  resources.onCollect(() => {
    resources.reset();
    for (const type of process.getActiveResourcesInfo()) resources.labels({ type }).inc();
  });
}
