/** Runs at most a given number of tasks at once; the others wait in order of arrival. */
export type Slots = {
  run<T>(task: () => Promise<T>): Promise<T>
  readonly waitingCount: number
}

export function createSlots(limit: number): Slots {
  let free = limit
  const waiting: (() => void)[] = []

  async function take(): Promise<void> {
    if (free > 0) {
      free -= 1
      return
    }
    // A finishing task hands its slot over directly, so that a newcomer cannot overtake the queue.
    await new Promise<void>((resolve) => waiting.push(resolve))
  }

  function giveBack(): void {
    const next = waiting.shift()
    if (next) next()
    else free += 1
  }

  return {
    async run(task) {
      await take()
      try {
        return await task()
      } finally {
        giveBack()
      }
    },
    get waitingCount() {
      return waiting.length
    },
  }
}
