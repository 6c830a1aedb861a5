export { readPrices } from './prices-file.ts'
