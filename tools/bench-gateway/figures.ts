/** One line of the report. `limit` is what the issue of a release asks for. */
export type Figure = {
  name: string
  floor: number | undefined
  product: number
  /** What is held against the limit. */
  value: number
  limit: number
  isLeast?: boolean
  unit: string
}

export const isMet = ({ value, limit, isLeast }: Figure) => (isLeast ? value >= limit : value <= limit)

export function printFigures(figures: readonly Figure[]): void {
  const rows = figures.map((figure) => [
    figure.name,
    figure.floor === undefined ? '–' : shown(figure.floor),
    shown(figure.product),
    `${shown(figure.value)} ${figure.unit}`,
    `${figure.isLeast ? '≥' : '≤'} ${figure.limit}`,
    isMet(figure) ? 'ok' : 'OVER',
  ])
  const table = [['figure', 'floor', 'product', 'measured', 'limit', ''], ...rows]
  const widths = table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? []
  for (const row of table) {
    console.log(
      row
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join('  '),
    )
  }
}

const shown = (value: number) => (Math.abs(value) >= 100 ? value.toFixed(0) : value.toFixed(2))
