/** Profile: how to reach you, and what is kept about you. Everything this micro-frontend gives to pages and programs. */
export { exportProfile, readProfile, writeProfile } from './api.ts'
export { details } from './details.tsx'
export { edit } from './edit.tsx'
export { events } from './events.ts'
export { download } from './export.tsx'
