/** What notifications answer to other MFEs. */
import { z } from 'zod'
import { contract } from '#kit/contract.ts'

export const exportNotifications = contract('notifications/export', {
  callers: ['profile'],
  timeout: '5s',
  input: { userId: z.uuid() },
  output: z.object({ data: z.unknown() }),
})
