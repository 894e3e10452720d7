/**
 * Has this JSON a member named `__proto__`, at any depth? It is harmless until somebody merges the value into an object, and no honest sender has one.
 *
 * @param value what the text is, where it was parsed already
 */
export function namesPrototype(text: string, value?: unknown): boolean {
  // A name can also be spelled with escapes (\u005f is an underscore); most texts have neither.
  if (!text.includes('__proto__') && !text.includes('\\u00')) return false;
  // Without recursion: JSON may be nested as deep as it is long.
  const left: unknown[] = [value ?? JSON.parse(text)];
  for (let one = left.pop(); one !== undefined; one = left.pop()) {
    if (typeof one !== 'object' || one === null) continue;
    if (Object.hasOwn(one, '__proto__')) return true;
    for (const member of Object.values(one)) if (typeof member === 'object' && member !== null) left.push(member);
  }
  return false;
}
