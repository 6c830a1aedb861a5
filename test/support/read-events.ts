// biome-ignore lint/suspicious/noExplicitAny: tests say what they expect of an event, its type is not what they prove.
export type ReadEvent = { id: string | undefined; event: string; data: any }

/** The events of a `text/event-stream` answer as they come. */
export async function* readEvents(response: Response): AsyncGenerator<ReadEvent> {
  if (!response.body) return
  let buffer = ''
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    buffer += chunk
    for (let end = buffer.indexOf('\n\n'); end >= 0; end = buffer.indexOf('\n\n')) {
      const block = buffer.slice(0, end)
      buffer = buffer.slice(end + 2)
      const event = parseBlock(block)
      if (event) yield event
    }
  }
}

export async function collectEvents(response: Response): Promise<ReadEvent[]> {
  return Array.fromAsync(readEvents(response))
}

function parseBlock(block: string): ReadEvent | undefined {
  const fields = new Map(
    block
      .split('\n')
      .filter((line) => !line.startsWith(':'))
      .map((line): [string, string] => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
  )
  const event = fields.get('event')
  if (event === undefined) return undefined
  return { id: fields.get('id'), event, data: JSON.parse(fields.get('data') ?? 'null') }
}
