import { testHub } from '../suite.fixture.ts'
import { FAST } from '../suite-tools.fixture.ts'
import { openRabbitGround } from './ground.fixture.ts'

await testHub('hub/rabbitmq', () => openRabbitGround(FAST))
