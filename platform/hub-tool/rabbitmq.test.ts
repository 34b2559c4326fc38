import * as assert from 'uvu/assert'
import { openManagement } from '../../hub/rabbitmq/management.ts'
import { openRabbitBase, openStage } from './stage.fixture.ts'
import { testTool } from './suite.fixture.ts'

const open = async () => openStage(await openRabbitBase())

await testTool('platform/hub-tool on RabbitMQ', open, (test, { run, runWith, broker }) => {
  test('setup: says what was made, and nothing the second time', async () => {
    const admin = openManagement(broker?.management ?? '')
    await admin.remove(['bindings', 'tests', 'e', 'ev', 'q', 'profile.in', 'user.closed'])
    const first = await run('setup')
    assert.is(first.code, 0, first.err)
    assert.match(first.out, /RabbitMQ at \S+, virtual host tests\n {2}made {5}ev user\.closed -> profile\.in\n$/)
    const again = await run('setup')
    assert.match(again.out, /All was there already/)
  })

  test('setup: a management that does not answer is 3; an administrator who is none, too', async () => {
    const [away, stranger] = await Promise.all([
      runWith({ HUB_MANAGEMENT_URL: 'http://admin:x@127.0.0.1:1' }, 'setup'),
      runWith({ HUB_MANAGEMENT_URL: String(broker?.management).replace(/:[^:@]+@/, ':wrong@') }, 'setup'),
    ])
    assert.is(away.code, 3)
    assert.match(away.err, /management does not answer at http:\/\/127\.0\.0\.1:1/)
    assert.is(stranger.code, 3)
    assert.match(stranger.err, /does not accept the password of "admin"/)
  })
})
