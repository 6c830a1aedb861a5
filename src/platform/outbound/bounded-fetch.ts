export const MAX_BODY_BYTES = 1024 * 1024

/** `fetch` whose answers cannot fill the memory: the vendors' SDKs keep a body until it is whole. */
export const boundedFetch = boundedFetchUpTo(MAX_BODY_BYTES)

/** The same for an answer that is large by its nature. */
export function boundedFetchUpTo(maxBytes: number) {
  return async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const response = await fetch(input, init)
    if (!response.body) return response
    const { status, statusText, headers } = response
    return new Response(response.body.pipeThrough(bound(maxBytes)), { status, statusText, headers })
  }
}

function bound(maxBytes: number): TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>> {
  let bytes = 0
  return new TransformStream({
    transform(chunk, controller) {
      bytes += chunk.length
      if (bytes > maxBytes) throw new Error(`a body of more than ${maxBytes} bytes`)
      controller.enqueue(chunk)
    },
  })
}
