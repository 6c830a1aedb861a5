import { v7 } from 'uuid'

/** UUID v7: ids sort by creation, so indexes grow at one end. */
export function newId(): string {
  return v7()
}
