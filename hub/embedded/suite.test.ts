import { testHub } from '../suite.fixture.ts'
import { FAST } from '../suite-tools.fixture.ts'
import { openEmbeddedGround } from './ground.fixture.ts'

await testHub('hub/embedded', () => openEmbeddedGround(FAST))
