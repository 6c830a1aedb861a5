// Where every command begins. Under the cache that it turns on, Node need not load what takes the types out of TypeScript.
import { enableCompileCache } from 'node:module'

// Kept in the system's temporary folder.
enableCompileCache()
await import('./cli.ts')
