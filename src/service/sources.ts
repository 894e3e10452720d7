import { type Source } from '../messaging';
import { type Service } from './service';

/**
 * What a service takes by messages, for tools that load it without starting it. Not part of {@link Service}: nobody who writes one needs it.
 *
 * @returns undefined if it has no messaging
 */
export function sourcesOf(service: Service): readonly Source[] | undefined {
  // The service may come from another copy of the package, or an older one.
  const { sources } = service as Partial<{ sources: () => readonly Source[] | undefined }>;
  return sources?.call(service);
}
