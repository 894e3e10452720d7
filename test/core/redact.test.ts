import { createRedactor } from '../../src/core';

describe('createRedactor', () => {
  test('knows the usual keys and those it is given', () => {
    const redact = createRedactor({ keys: ['taxNumber'] });
    expect(redact.isSecretKey('x-api-key')).toBe(true);
    expect(redact.isSecretKey('TAX_NUMBER')).toBe(true);
    expect(redact.isSecretKey('tokens')).toBe(true);
    expect(redact.isSecretKey('name')).toBe(false);
    expect(redact.value({ tax_number: '1', name: 'x' })).toEqual({ tax_number: '******', name: 'x' });
  });

  test('asks for the secrets of the moment', () => {
    const secrets: string[] = [];
    const redact = createRedactor({ secrets: () => secrets });
    expect(redact.text('with open sesame')).toBe('with open sesame');
    secrets.push('open sesame');
    expect(redact.text('with open sesame')).toBe('with ******');
    expect(redact.value({ a: ['open sesame'], 'open sesame': 1 })).toEqual({ a: ['******'], '******': 1 });
  });

  test('a frozen list may be replaced by another', () => {
    let secrets: readonly string[] = Object.freeze(['open sesame']);
    const redact = createRedactor({ secrets: () => secrets });
    expect([redact.text('open sesame'), redact.text('open sesame')]).toEqual(['******', '******']);
    secrets = Object.freeze(['abracadabra']);
    expect(redact.text('open sesame, abracadabra')).toBe('open sesame, ******');
  });

  test('masks text within values', () => {
    const error = new Error('connect amqp://u:hunter22@h refused');
    expect(JSON.stringify(createRedactor().value({ error, list: ['Bearer abcdef'] }))).not.toMatch(/hunter22|abcdef/);
  });

  test('takes other limits', () => {
    expect(createRedactor({ limits: { width: 1 } }).value([1, 2])).toEqual([1, '[1 more]']);
  });

  test('one copy may have limits of its own', () => {
    const redactor = createRedactor({ limits: { width: 1 } });
    expect(redactor.value([1, 2], { width: 2 })).toEqual([1, 2]);
    expect(redactor.value([1, 2])).toEqual([1, '[1 more]']);
  });

  test('what an axios error carries is masked', () => {
    const error = Object.assign(new Error('Request failed'), {
      config: {
        url: 'https://u:pw123456@h/x?token=t123456',
        headers: { Authorization: 'Bearer b123456', 'X-Api-Key': 'k123456' },
        auth: { password: 'p123456' },
      },
      request: { _header: 'GET / HTTP/1.1\r\nAuthorization: Basic YzEyMzQ1Ng==\r\nCookie: sid=s123456; b=c123456\r\n' },
    });
    expect(JSON.stringify(createRedactor().value({ err: error }))).not.toMatch(/123456|YzEy/);
  });
});
