import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { refusePassword } from './password-rules.ts'

const given = { current: 'the old words of mine', email: 'alice.with.a.long.name@example.com' }
const refuse = (next: string) => refusePassword({ ...given, next })

test('a few words are a good password, and so is anything else that is long', () => {
  for (const next of [
    'three small blue boats',
    'kaffe på en tisdag',
    'aB3$aB3$xY7!',
    '密码是很长很长的一句话吗',
    '            x',
  ]) {
    assert.is(refuse(next), undefined, next)
  }
})

test('eleven characters are too few, twelve are enough, whatever they are made of', () => {
  assert.match(refuse('x'.repeat(5) + 'y'.repeat(6)) ?? '', 'at least 12 characters: this has 11')
  assert.is(refuse('x'.repeat(6) + 'y'.repeat(6)), undefined)
  // Eleven of these are 22 units of UTF-16; letter and accent are one character.
  assert.match(refuse('🦊🐻🦊🐻🦊🐻🦊🐻🦊🐻🦊') ?? '', 'this has 11')
  assert.match(refuse(`${'e\u0301'.repeat(5)}abcdef`) ?? '', 'this has 11')
})

test('what everybody tries first is refused, however it is written', () => {
  for (const next of [
    'passwordpassword',
    'PasswordPassword',
    '123456789012',
    'selvedge-demo',
    'zzzzzzzzzzzzzz',
    'ｐａｓｓｗｏｒｄ１２３４',
  ]) {
    assert.match(refuse(next) ?? '', 'first passwords', next)
  }
})

test('neither the password that one has nor the e-mail address', () => {
  assert.match(refuse(given.current) ?? '', 'you have now')
  assert.match(refuse('Alice.With.A.Long.Name@Example.com') ?? '', 'e-mail address')
})

test('one that is too long to be hashed is said to be', () => {
  assert.match(refuse(`${'ab'.repeat(128)}c`) ?? '', 'at most 256')
})

test.run()
