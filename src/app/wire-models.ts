import OpenAI from 'openai'
import type { Logger } from 'pino'
import { createCircuits } from '#engines/llm/circuits.ts'
import { createEmbed } from '#engines/llm/embed.ts'
import { createGateway, type UnableTarget } from '#engines/llm/gateway.ts'
import { createAskStructured } from '#engines/llm/structured.ts'
import type { SpeechEngine } from '#engines/speech/engine.ts'
import type { CallProviderDeps } from '#engines/speech/transcribe/call-provider.ts'
import { createListen, type ListenDeps } from '#engines/speech/transcribe/listen.ts'
import { createMatchTranscriber } from '#engines/speech/transcribe/match-transcriber.ts'
import { createOpenAiTranscription } from '#engines/speech/transcribe/providers/openai-transcription.ts'
import { createVendorTranscriber } from '#engines/speech/transcribe/vendor-transcriber.ts'
import {
  createBudgetGate,
  createBudgetWatch,
  createExpectedCalls,
  createLedger,
  type Price,
} from '#features/usage/index.ts'
import type { Config, TranscriberConfig } from '#platform/config.ts'
import type { RootDb } from '#platform/db/db.ts'
import type { Metrics } from '#platform/metrics.ts'
import { createRouteFor } from './llm-routes.ts'
import { observeCall, observeCircuit, observeFallback } from './observe-llm.ts'

export type ModelsWorld = {
  db: RootDb
  speech: SpeechEngine
  now: () => Date
  log: Logger
  prices: readonly Price[]
  metrics: Metrics
}

export type Models = ReturnType<typeof wireModels>

/** Language models, transcribers and embeddings, behind one ledger and one budget. */
export function wireModels(config: Config, { db, speech, now, log, prices, metrics }: ModelsWorld) {
  const expected = createExpectedCalls()
  const ledger = createLedger({ db, now, prices, observe: observeCall(metrics, log), expected })
  const onReached = createBudgetWatch({
    count: ({ scope, limit }) => metrics.budgetLimitsReached.inc({ scope, limit }),
    warn: (reached) => log.warn(reached, 'a limit of a budget is reached'),
  })
  const { unsettledOf } = expected
  const gate = createBudgetGate({ db, now, onReached, unsettledOf })
  const { mayCall } = gate
  const routeFor = createRouteFor(config.llm)
  const tellCircuit = observeCircuit(metrics)
  const gatewayDeps = {
    routeFor,
    circuits: createCircuits(undefined, (change) => {
      tellCircuit(change)
      log.warn({ model: change.key, state: change.state }, 'circuit changed')
    }),
    onFallback: observeFallback(metrics),
    onUnable: ({ purpose, target, error }: UnableTarget) =>
      log.error(
        { purpose, model: target.model, reason: error.message },
        'a route names a model that cannot do it',
      ),
    ledger,
    mayCall,
    now,
  }
  const complete = createGateway(gatewayDeps)
  const embed = createEmbed(gatewayDeps)
  const listen = createListen({
    vendor: createVendor(config.transcriber, { ledger, mayCall, now }),
    embedded: createMatchTranscriber(speech),
    report: (error, { turnId }) => log.warn({ err: error, turnId }, 'a transcriber failed'),
  })

  return { complete, ask: createAskStructured(complete), embed, listen, expected, gate, routeFor }
}

function createVendor(
  config: TranscriberConfig,
  calls: Pick<CallProviderDeps, 'ledger' | 'mayCall' | 'now'>,
): ListenDeps['vendor'] {
  if (config.provider === 'match') return undefined
  const { apiKey, baseUrl: baseURL, model, format, passes, timeoutMs } = config
  const client = new OpenAI({ apiKey, ...(baseURL ? { baseURL } : {}) })
  const provider = createOpenAiTranscription(client, { model, format })
  return { transcriber: createVendorTranscriber({ ...calls, provider, timeoutMs }), passes }
}
