/** What names of environments say that people depend on what runs there: `production`, and ones like `prod-eu`. */
const production = /^(?:prod|production|live)(?:[-_.\d].*)?$/i;

/** Attributes of the resource that tell the environment: the present name and the one before. */
const environmentAttributes: readonly string[] = ['deployment.environment.name', 'deployment.environment'];

/**
 * Says by what this is production: by NODE_ENV, or by what OTEL_RESOURCE_ATTRIBUTES say of the deployment, for one of the two is set where the other is forgotten.
 *
 * @param otel the group of settings
 * @returns undefined if nothing says so
 */
export function productionBy(environment: string | undefined, otel: unknown): string | undefined {
  if (environment !== undefined && production.test(environment.trim())) return `NODE_ENV=${environment}`;
  const attributes = (otel as Readonly<Record<string, unknown>> | undefined)?.['resourceAttributes'];
  if (typeof attributes !== 'string') return undefined;
  for (const pair of attributes.split(',')) {
    const [name = '', ...value] = pair.split('=').map((part) => decoded(part.trim()));
    if (environmentAttributes.includes(name) && production.test(value.join('=').trim()))
      return `${pair.trim()} (OTEL_RESOURCE_ATTRIBUTES)`;
  }
  return undefined;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
