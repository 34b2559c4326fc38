/**
 * Errors by severity. A `Refusal` is the client's doing: its message is shown to them and logged at `info`.
 * Anything else that is thrown is ours: it is logged at `error` with its stack, and the client sees only the status.
 */
export class Refusal extends Error {
  override name = 'Refusal'
  readonly status: number
  /** Response headers that belong to the refusal, such as `Allow`. */
  readonly headers: Record<string, string>

  constructor(status: number, message: string, headers: Record<string, string> = {}) {
    super(message)
    this.status = status
    this.headers = headers
  }
}

/** 400: the request itself cannot be understood. */
export class BadRequest extends Refusal {
  override name = 'BadRequest'
  constructor(message: string) {
    super(400, message)
  }
}

/** 401: nobody is signed in, and this needs somebody. */
export class SignInRequired extends Refusal {
  override name = 'SignInRequired'
  constructor(message = 'Sign in to see this.') {
    super(401, message)
  }
}

/** 403: signed in, but not allowed. */
export class Forbidden extends Refusal {
  override name = 'Forbidden'
  constructor(message = 'Your account may not do this.') {
    super(403, message)
  }
}

/** 404: there is no such thing, or not for this user. Both read the same, so nobody can probe. */
export class NotFound extends Refusal {
  override name = 'NotFound'
  constructor(message = 'There is nothing at this address.') {
    super(404, message)
  }
}

/** 409: another request is at work on the same thing, or its state has moved on. */
export class Conflict extends Refusal {
  override name = 'Conflict'
  constructor(message: string) {
    super(409, message)
  }
}

/** 422: understood, but some values cannot be accepted. `fields` holds one plain sentence for each of them. */
export class Invalid extends Refusal {
  override name = 'Invalid'
  readonly fields: Readonly<Record<string, string>>
  constructor(fields: Record<string, string>, message = 'Some values need another look.') {
    super(422, message)
    this.fields = fields
  }
}

/** A mistake in a definition, found when the program starts. */
export class DefinitionError extends Error {
  override name = 'DefinitionError'
  constructor(where: string, what: string, remedy: string) {
    super(`${where}: ${what}. ${remedy}`)
  }
}
