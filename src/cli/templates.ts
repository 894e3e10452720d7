/** What `keelson new` copies: a folder of examples/, and in a line what it is for. */
export interface Template {
  readonly name: string;
  readonly about: string;
}

/** In the order in which they are offered; the first is the default. */
export const templates: readonly [Template, ...Template[]] = [
  { name: 'minimal', about: 'one route, one setting, one check, one metric' },
  { name: 'rest-api', about: 'a resource in PostgreSQL, a call with a fallback, an event' },
  { name: 'event-worker', about: 'no routes: takes an event, repeats what failed, keeps dead letters' },
];

/** The template that a text names. */
export function templateNamed(text: string): Template | undefined {
  return templates.find(({ name }) => name === text);
}
