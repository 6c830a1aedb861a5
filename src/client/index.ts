import type { Calls } from './api.ts'
import { follow } from './follow.ts'
import { type AnyInput, type CallOptions, type ClientOptions, sendAgain, toRequest } from './request.ts'

export type * from './api.ts'
export { type ClientFaultCode, MalgilError } from './problem.ts'
export type { CallOptions, ClientOptions } from './request.ts'

export type CallName = keyof Calls
/** Calls whose answer can be followed as it comes. */
export type StreamName = { [Name in CallName]: Calls[Name]['events'] extends never ? never : Name }[CallName]

export type CallInput<Name extends CallName> = Calls[Name]['input'] & CallOptions
export type CallAnswer<Name extends CallName> = Calls[Name]['answer']
/** A problem is thrown instead. `id` is where a later reader could go on. */
export type StreamEvent<Name extends StreamName> = Exclude<Calls[Name]['events'], { event: 'problem' }> & {
  id?: string
}

type Given<Input> = Record<never, never> extends Input ? [input?: Input] : [input: Input]

export type MalgilClient = {
  /** The answer of a call, `METHOD /path`. Throws a `MalgilError`. Repeats what did not get through. */
  call: <Name extends CallName>(name: Name, ...given: Given<CallInput<Name>>) => Promise<CallAnswer<Name>>
  /** The events of a call as they come, over lost connections, to the end. Throws a `MalgilError`. */
  stream: <Name extends StreamName>(
    name: Name,
    ...given: Given<CallInput<Name>>
  ) => AsyncGenerator<StreamEvent<Name>>
}

/** A client of a malgil service, for Node and browsers. */
export function createMalgilClient(options: ClientOptions): MalgilClient {
  return {
    async call(name, ...[input]) {
      const response = await sendAgain(options, toRequest(options, name, toAnyInput(input)))
      return readAnswer(response)
    },
    stream(name, ...[input]) {
      const events: AsyncGenerator<unknown> = follow(options, toRequest(options, name, toAnyInput(input)))
      // What the service sends is what its document says: both are made from the same schemas.
      return events as AsyncGenerator<never>
    },
  }
}

const toAnyInput = (input: unknown): AnyInput => (input ?? {}) as AnyInput

async function readAnswer(response: Response): Promise<never> {
  const type = response.headers.get('Content-Type') ?? ''
  const answer: unknown =
    response.status === 204 ? undefined : /json/.test(type) ? await response.json() : await response.blob()
  return answer as never
}
