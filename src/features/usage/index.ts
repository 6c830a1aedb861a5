export { createLedger, type ObserveCall } from './ledger.ts'
