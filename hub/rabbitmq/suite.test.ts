import { FAST, testHub } from '../suite.fixture.ts'
import { openRabbitGround } from './ground.fixture.ts'

await testHub('hub/rabbitmq', () => openRabbitGround(FAST))
