/** Payments: sending money and following it. Everything this micro-frontend gives to pages, programs and the platform. */
export { cancelPayment, createPayment, listPayments, readPayment } from './api.ts'
export { create } from './create.tsx'
export { detail } from './detail.tsx'
export { housekeeping } from './housekeeping.ts'
export { list } from './list.tsx'
export { recent } from './recent.tsx'
export { worker } from './worker.ts'
