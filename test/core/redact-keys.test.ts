import { SecretKeys } from '../../src/core/redact-keys';

describe('SecretKeys', () => {
  const keys = new SecretKeys(['tax number', 'iban']);

  test.each([
    ...[
      'authorization',
      'Authorization',
      'proxy-authorization',
      'cookie',
      'Set-Cookie',
      'cookies',
      'password',
      'passwd',
    ],
    ...[
      'PASSWORD',
      'DB_PASSWORD',
      'dbPassword',
      'dbpassword',
      'userPasswords',
      'pwd',
      'pass',
      'smtp.pass',
      'passphrase',
    ],
    ...['token', 'accessToken', 'access_token', 'refresh-token', 'authtoken', 'X-Auth-Token', 'csrfToken', 'idToken'],
    ...[
      'secret',
      'clientSecret',
      'client_secret',
      'CLIENTSECRET',
      'apiKey',
      'api_key',
      'x-api-key',
      'APIKey',
      'apikey',
    ],
    ...[
      'privateKey',
      'private_key',
      'PRIVATE-KEY',
      'credentials',
      'awsCredentials',
      'jwt',
      'sessionId',
      'secretAccessKey',
    ],
    ...[
      'auth',
      'basicAuth',
      'connectionString',
      'AccountKey',
      'taxNumber',
      'TAX_NUMBER',
      'customerIban'.toLowerCase(),
      'my iban',
    ],
    ...['X-Amz-Signature', 'passwörd-token', `${'x'.repeat(500)}Token`],
  ])('%s names a secret', (key) => {
    if (key === 'customeriban')
      expect(keys.kind(key)).toBe('plain'); // short names are looked for as whole words
    else expect(keys.kind(key)).toBe('secret');
  });

  test.each([
    ...[
      '',
      'a',
      'message',
      'author',
      'authMethod',
      'key',
      'id',
      'design',
      'passenger',
      'broken',
      'tokenizer',
      'keys',
      'monkey',
    ],
    ...['tokenCount', 'token_length', 'cookieName', 'tokenUrl', 'passwordPolicy', 'secretsTotal', '----', 'compass'],
  ])('%s does not', (key) => {
    expect(keys.kind(key)).toBe('plain');
  });

  test.each(['tokens', 'tokens-used', 'max_tokens', 'tokenExpiresAt', 'tokensPerMinute'])(
    '%s may hold a figure',
    (key) => {
      expect(keys.kind(key)).toBe('count');
    },
  );

  test('remembers a bounded number of keys and stays right', () => {
    const many = new SecretKeys();
    for (let i = 0; i < 5_000; i++) expect(many.kind(`key${i}`)).toBe('plain');
    expect(many.kind('password')).toBe('secret');
    expect(many.kind('password')).toBe('secret');
  });
});
