import { FAST, testHub } from '../suite.fixture.ts'
import { openEmbeddedGround } from './ground.fixture.ts'

await testHub('hub/embedded', () => openEmbeddedGround(FAST))
