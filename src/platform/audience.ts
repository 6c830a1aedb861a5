export type Audience = {
  /**
   * Somebody watches. Call what it returns when they leave. One who only waits (`isLive: false`) keeps the work going
   * while there, and leaves it going.
   */
  join: (key: string, watcher: { isLive: boolean }) => () => void
  /**
   * Work that somebody may watch begins. Its signal aborts when those who watched it live have all left and stay away;
   * work that nobody watches goes on. Call `end` when it is done.
   */
  begin: (key: string) => { signal: AbortSignal; end: () => void }
  /** What is worked on has come to nothing: its signal aborts. */
  dismiss: (key: string) => void
  /** From now on nobody who leaves stops anything: the process ends, and the next takes the work up. */
  close: () => void
}

type Seat = { watchers: number; work: AbortController | undefined; timer: NodeJS.Timeout | undefined }

/** Who follows which reply in this process, so that a model stops talking to nobody, `graceMs` after they have gone. */
export function createAudience(graceMs: number): Audience {
  const seats = new Map<string, Seat>()
  let isClosed = false

  const seatOf = (key: string): Seat => {
    const seat = seats.get(key) ?? { watchers: 0, work: undefined, timer: undefined }
    seats.set(key, seat)
    return seat
  }
  const stopWaiting = (seat: Seat) => {
    clearTimeout(seat.timer)
    seat.timer = undefined
  }
  const tidy = (key: string, { watchers, work }: Seat) => {
    if (watchers === 0 && !work) seats.delete(key)
  }
  const giveUp = (seat: Seat) => {
    if (!isClosed) seat.work?.abort(new Error('everybody who watched has left'))
  }

  return {
    join(key, { isLive }) {
      const seat = seatOf(key)
      seat.watchers += 1
      stopWaiting(seat)
      return () => {
        seat.watchers -= 1
        if (isLive && seat.watchers === 0 && seat.work) seat.timer = setTimeout(giveUp, graceMs, seat)
        tidy(key, seat)
      }
    },
    begin(key) {
      const seat = seatOf(key)
      const work = new AbortController()
      seat.work = work
      return {
        signal: work.signal,
        end: () => {
          stopWaiting(seat)
          seat.work = undefined
          tidy(key, seat)
        },
      }
    },
    dismiss(key) {
      seats.get(key)?.work?.abort(new Error('it has come to nothing'))
    },
    close() {
      isClosed = true
    },
  }
}
