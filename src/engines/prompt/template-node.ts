/** Offsets in UTF-16 units of the template; `end` is the first one after the span. */
export type Span = { start: number; end: number }

/** `offset` counts UTF-16 units from the start of the template. */
export type TemplateFault = { offset: number; message: string }

/** A name as it is written: `goals`, `this`, `../name`, `@index`. */
export type TemplatePath = Span & {
  text: string
  parts: string[]
  /** How many `../` stand before it. */
  up: number
  /** `@index`, `@first`, `@root.name` … */
  isData: boolean
}

export const BLOCK_HELPERS = ['if', 'unless', 'each', 'ifEquals', 'unlessEquals'] as const
export type BlockHelper = (typeof BLOCK_HELPERS)[number]

/** Names that mean something to a template, so that no variable may have them. */
export const RESERVED_NAMES: readonly string[] = [...BLOCK_HELPERS, 'json', 'role', 'history', 'this', 'else']

export const TEMPLATE_ROLES = ['system', 'user', 'model'] as const
export type TemplateRole = (typeof TEMPLATE_ROLES)[number]

/** What prompts are made of: the part of Handlebars and Dotprompt that they may use. */
export type TemplateNode = Span &
  (
    | { kind: 'text'; isBlank: boolean }
    | { kind: 'comment' }
    | { kind: 'print'; path: TemplatePath; isQuoted: boolean }
    | { kind: 'role'; role: TemplateRole }
    | { kind: 'history' }
    | { kind: 'partial'; name: string }
    | {
        kind: 'block'
        helper: BlockHelper
        params: TemplatePath[]
        body: TemplateNode[]
        otherwise: TemplateNode[]
      }
  )
