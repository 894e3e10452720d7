import { EventEmitter } from 'node:events';
import { type LogOutput } from '../../../src/logging';

type Done = (error?: Error | null) => void;

/** Something to write lines to, that can be slow, full or broken at the test's will. */
export class MemoryOut extends EventEmitter implements LogOutput {
  readonly chunks: string[] = [];
  writableLength = 0;
  /** What happens to a write: taken at once, kept until `release()`, answered with an error, or thrown. */
  mode: 'take' | 'hold' | 'fail' | 'throw' = 'take';
  readonly #held: (() => void)[] = [];

  write(chunk: string, done: Done = () => undefined): boolean {
    if (this.mode === 'throw') throw new Error('gone');
    if (this.mode === 'fail') {
      process.nextTick(() => {
        done(new Error('EPIPE'));
        this.emit('error', new Error('EPIPE'));
      });
      return false;
    }
    if (this.mode === 'take') {
      this.chunks.push(chunk);
      process.nextTick(done);
      return true;
    }
    this.writableLength += chunk.length;
    this.#held.push(() => {
      this.chunks.push(chunk);
      this.writableLength -= chunk.length;
      done();
    });
    return false;
  }

  /** Passes on what was held; later writes are taken at once. */
  release(): void {
    this.mode = 'take';
    for (const held of this.#held.splice(0)) held();
    this.emit('drain');
  }

  get text(): string {
    return this.chunks.join('');
  }

  get lines(): string[] {
    return this.text.split('\n').slice(0, -1);
  }

  get records(): Record<string, unknown>[] {
    return this.lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  }
}
