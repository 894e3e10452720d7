import { createHash } from 'node:crypto';
import { weakEtag } from '../../src/http/etag';

const texts = ['', '{}', '{"message":"hello bob"}', 'x'.repeat(255), 'x'.repeat(256), 'x'.repeat(5_000), 'ü', 'a€😀'];

test.each(texts)('a text and its bytes have one ETag: %p', (text) => {
  expect(weakEtag(text)).toBe(weakEtag(Buffer.from(text)));
  expect(weakEtag(text)).toMatch(/^W\/"[0-9a-f]+-[A-Za-z0-9+/]{12,27}"$/);
  expect(weakEtag(text)).toBe(weakEtag(text));
});

test('it begins with the length in bytes', () => {
  expect(weakEtag('ü')).toMatch(/^W\/"2-/);
  expect(weakEtag('x'.repeat(20))).toMatch(/^W\/"14-/);
  expect(weakEtag('ü', 'latin1')).toMatch(/^W\/"1-/);
});

test.each(['x'.repeat(256), 'ü'])('long texts and more than ASCII have express’s value: %p', (text) => {
  const sha1 = createHash('sha1').update(text).digest('base64').slice(0, 27);
  expect(weakEtag(text)).toBe(`W/"${Buffer.byteLength(text).toString(16)}-${sha1}"`);
});

test('versions that differ little do not meet: 400,000 texts, and each single character changed', () => {
  const seen = new Set<string>();
  for (let i = 0; i < 200_000; i++) {
    seen.add(weakEtag(`{"id":${100_000 + i},"state":"open"}`));
    seen.add(weakEtag(`{"a":${1_000 + (i % 1_000)},"b":${1_000 + Math.floor(i / 1_000)}}`));
  }
  expect(seen.size).toBe(400_000);
  const text = '{"message":"the quick brown fox jumps over the lazy dog"}';
  const changed = new Set([weakEtag(text)]);
  for (let at = 0; at < text.length; at++) {
    for (let code = 32; code < 127; code++)
      changed.add(weakEtag(text.slice(0, at) + String.fromCharCode(code) + text.slice(at + 1)));
  }
  expect(changed.size).toBe(text.length * 94 + 1);
});
