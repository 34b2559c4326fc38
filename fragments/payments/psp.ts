/** The payment service provider: whoever really moves the money. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Money } from '#kit/money.ts'

export interface Charge extends Money {
  /** Ours and stable: a second call with it has the effect of the first, however the first one ended. */
  readonly reference: string
  readonly payee: string
}

export interface Receipt {
  readonly outcome: 'completed' | 'failed'
  /** The provider's own name for the transfer. */
  readonly reference: string
  /** Why it failed, as a sentence for the person who sent it. */
  readonly reason?: string
}

export interface Psp {
  /** Throws when the provider cannot be reached; whether the money moved is then unknown until it is called again. */
  charge(charge: Charge, signal: AbortSignal): Promise<Receipt>
}

/**
 * A provider for demonstrations. The last two digits of the minor units decide: 13 fails for want of money, 66 is refused
 * by the payee's bank, 99 completes after eight seconds, all else after one to two. The outcome depends on the charge
 * alone, so a repeated call has the same effect.
 */
export class StubPsp implements Psp {
  readonly #pace: number

  /** `pace` stretches or shortens every delay. */
  constructor(pace = 1) {
    this.#pace = pace
  }

  async charge({ reference, amount }: Charge, signal: AbortSignal): Promise<Receipt> {
    await sleep(delayOf(amount, reference) * this.#pace, undefined, { signal })
    const receipt = { reference: `stub-${reference}` }
    const digits = amount % 100
    if (digits === 13) return { ...receipt, outcome: 'failed', reason: 'There is not enough money on your account.' }
    if (digits === 66) return { ...receipt, outcome: 'failed', reason: 'The payee’s bank refused it.' }
    return { ...receipt, outcome: 'completed' }
  }
}

/** Milliseconds: different for each reference, the same for each call. */
function delayOf(amount: number, reference: string): number {
  if (amount % 100 === 99) return 8_000
  return 1_000 + (Number.parseInt(reference.slice(0, 4), 16) % 1_000 || 0)
}
