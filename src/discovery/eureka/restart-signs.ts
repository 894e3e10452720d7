import { type Instance } from '../contract';
import { type ListedInstance } from './instance-info';

/** Tells from what becomes of this process's own registration that the registry was restarted between two fetches: then it may not know everybody yet. */
export class RestartSigns {
  #listed = false;
  #forgotten = false;

  /** The registry has said that it does not know this process, which it had confirmed. */
  forgot(): void {
    this.#forgotten = true;
  }

  /**
   * Looks at a good answer.
   *
   * @param own what this process has registered
   * @returns was the registry restarted since the answer before?
   */
  in(listed: readonly ListedInstance[], own: Instance | undefined): boolean {
    const service = own?.service.toLowerCase();
    const before = this.#listed && own !== undefined;
    this.#listed = listed.some(({ instance }) => instance.id === own?.id && instance.service === service);
    const signs = this.#forgotten || (before && !this.#listed);
    this.#forgotten = false;
    return signs;
  }
}
