import assert from 'node:assert/strict';
import { isSecretName, maskOf, secretsIn } from '../../../master/secrets/mask.ts';

describe('the mask of secrets', () => {
  const { text, value } = maskOf(['open-sesame', 'abc']);

  for (const [given, masked] of [
    ['said open-sesame twice: open-sesame', 'said [masked] twice: [masked]'],
    ['DB_PASSWORD=hunter22 next', 'DB_PASSWORD=[masked] next'],
    ['{"apiKey":"k-123456","port":80}', '{"apiKey":[masked],"port":80}'],
    ['Authorization: Bearer aaaabbbbcccc', 'Authorization: [masked]'],
    ['postgres://me:pw@host/db', 'postgres://me:[masked]@host/db'],
    ['key AKIAABCDEFGHIJKLMNOP', 'key [masked]'],
    ['ghp_abcdefghijklmnopqrst', '[masked]'],
    ['jwt eyJhbGciOiJI.eyJzdWIiOiIx.c2ln', 'jwt [masked]'],
  ] as const) {
    it(`hides what is secret in ${given}`, () => assert.equal(text(given), masked));
  }

  for (const given of [
    'max_tokens: 4096, total_tokens=12',
    'SyntaxError: Unexpected token }',
    'author: Bob, monkey: see',
    'abc is too short to be known by',
    'API_TOKEN: ${env:API_TOKEN}',
    'GET http://127.0.0.1:8080/a?b=c 200',
  ]) {
    it(`leaves ${given}`, () => assert.equal(text(given), given));
  }

  it('hides values by their names, however deep', () => {
    assert.deepEqual(value({ environment: { API_TOKEN: 'x', PORT: '1' }, list: [{ password: 'y' }], n: 1 }), {
      environment: { API_TOKEN: '[masked]', PORT: '1' },
      list: [{ password: '[masked]' }],
      n: 1,
    });
    assert.deepEqual(secretsIn({ a: { CLIENT_SECRET: 's1', b: ['x'] } }), ['s1']);
    assert.deepEqual(
      [isSecretName('PRIVATE_KEY'), isSecretName('keyboard'), isSecretName('PATH')],
      [true, false, false],
    );
  });

  it('is done with a long text that is almost a secret: looked at again and again, it would take minutes', function () {
    // Bounds a hang on a busy machine; nothing is measured.
    this.timeout(60_000);
    for (const long of [
      `token ${'a'.repeat(1_000_000)}`,
      `token ${'a-'.repeat(500_000)}`,
      `://${'a.'.repeat(500_000)}`,
    ]) {
      assert.equal(text(long), long);
    }
  });
});
