/** Notifications: what happened while nobody looked. Everything this micro-frontend gives to pages and the platform. */
export { bell } from './bell.tsx'
export { events } from './events.ts'
export { answerExport } from './export.ts'
export { housekeeping } from './housekeeping.ts'
export { list } from './list.tsx'
export { recent } from './recent.tsx'
