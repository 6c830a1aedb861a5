import Handlebars from 'handlebars'
import { keepFound } from '#base/keep-found.ts'
import {
  BLOCK_HELPERS,
  TEMPLATE_ROLES,
  type TemplateFault,
  type TemplateNode,
  type TemplatePath,
} from './template-node.ts'

type Node = hbs.AST.Node
type Parser = { source: string; lineStarts: number[]; faults: TemplateFault[] }

export type ParsedTemplate = { nodes: readonly TemplateNode[]; faults: readonly TemplateFault[] }

/** Each is asked about several times, and again with every prompt that includes it. */
const KEPT = { most: 500 }

/**
 * The tree of a template, without what prompts do without: decorators, inline partials, helpers in helpers, unknown
 * helpers. Those are faults, and so is what is no template at all.
 */
export const parseTemplate = keepFound(readTemplate, KEPT)

function readTemplate(source: string): ParsedTemplate {
  const lineStarts = [0, ...Array.from(source.matchAll(/\n/g), ({ index }) => index + 1)]
  const parser: Parser = { source, lineStarts, faults: [] }
  try {
    const nodes = readNodes(Handlebars.parseWithoutProcessing(source).body, parser)
    return { nodes, faults: parser.faults }
  } catch (error) {
    return { nodes: [], faults: [syntaxFault(error, parser)] }
  }
}

/** The parser names a line and draws a picture; where two ends do not fit, it names the place itself. */
function syntaxFault(error: unknown, { source, lineStarts }: Parser): TemplateFault {
  const text = error instanceof Error ? error.message : String(error)
  const [, misfit, atLine, atColumn] = /^(.*) - (\d+):(\d+)$/.exec(text) ?? []
  if (misfit !== undefined) {
    const offset = (lineStarts[Number(atLine) - 1] ?? 0) + Number(atColumn)
    return { offset, message: `is no template: ${misfit}` }
  }
  const line = Number(/on line (\d+)/.exec(text)?.[1] ?? 1)
  const lineStart = lineStarts[Math.min(line, lineStarts.length) - 1] ?? 0
  const [ownLine = ''] = source.slice(lineStart).split('\n', 1)
  const column = Math.max(0, ownLine.search(/\{\{(?![^{}]*\}\})/))
  const isUnclosed = text.includes("got 'EOF'")
  const reason = isUnclosed ? 'a block or a {{ has no end' : 'these braces hold what a template does not know'
  return { offset: lineStart + column, message: `is no template: ${reason}` }
}

const isMustache = (node: Node): node is hbs.AST.MustacheStatement => node.type === 'MustacheStatement'
const isBlock = (node: Node): node is hbs.AST.BlockStatement => node.type === 'BlockStatement'
const isPartial = (node: Node): node is hbs.AST.PartialStatement => node.type === 'PartialStatement'
const isContent = (node: Node): node is hbs.AST.ContentStatement => node.type === 'ContentStatement'
const isPath = (node: Node): node is hbs.AST.PathExpression => node.type === 'PathExpression'
const isText = (node: Node | undefined): node is hbs.AST.StringLiteral => node?.type === 'StringLiteral'

const readNodes = (nodes: readonly Node[], parser: Parser): TemplateNode[] =>
  nodes.flatMap((node) => readNode(node, parser) ?? [])

function readNode(node: Node, parser: Parser): TemplateNode | undefined {
  const span = spanOf(node, parser)
  if (isContent(node)) return { kind: 'text', isBlank: node.value.trim() === '', ...span }
  if (node.type === 'CommentStatement') return { kind: 'comment', ...span }
  if (isMustache(node)) return readMustache(node, parser)
  if (isBlock(node)) return readBlock(node, parser)
  if (isPartial(node)) return readPartial(node, parser)
  return refuse(parser, node, 'is a part of Handlebars that prompts do without')
}

function readMustache(node: hbs.AST.MustacheStatement, parser: Parser): TemplateNode | undefined {
  const span = spanOf(node, parser)
  const { path, params, hash } = node
  if (!isPath(path)) return refuse(parser, node, 'has no name of a variable')
  const [first] = params
  if (path.original === 'role') return readRole(node, parser)
  if (path.original === 'history' && !first && !hash) return { kind: 'history', ...span }
  if (path.original === 'json' && first && params.length === 1 && isPath(first)) {
    return { kind: 'print', path: toPath(first, parser), isQuoted: true, ...span }
  }
  if (!first && !hash) return { kind: 'print', path: toPath(path, parser), isQuoted: false, ...span }
  const message = `has '{{${path.original} …}}': the helpers are json, role, history and ${BLOCK_HELPERS.join(', ')}`
  return refuse(parser, node, message)
}

function readRole(node: hbs.AST.MustacheStatement, parser: Parser): TemplateNode | undefined {
  const [name] = node.params
  const role = TEMPLATE_ROLES.find((known) => isText(name) && name.value === known)
  if (role && node.params.length === 1) return { kind: 'role', role, ...spanOf(node, parser) }
  return refuse(
    parser,
    node,
    `must name one of the roles: {{role "${TEMPLATE_ROLES.join('"}}, {{role "')}"}}`,
  )
}

function readBlock(node: hbs.AST.BlockStatement, parser: Parser): TemplateNode | undefined {
  const helper = BLOCK_HELPERS.find((name) => name === node.path.original)
  if (!helper) {
    return refuse(parser, node, `opens '${node.path.original}': the blocks are ${BLOCK_HELPERS.join(', ')}`)
  }
  const wanted = helper === 'ifEquals' || helper === 'unlessEquals' ? 2 : 1
  if (node.params.length !== wanted || node.hash || node.program.blockParams?.length) {
    return refuse(parser, node, `takes ${wanted === 1 ? 'one value' : 'two values'} and nothing else`)
  }
  const nested = node.params.find(({ type }) => type === 'SubExpression')
  if (nested) return refuse(parser, nested, 'is a helper inside a helper, which prompts do without')
  return {
    kind: 'block',
    helper,
    params: node.params.filter(isPath).map((path) => toPath(path, parser)),
    body: readNodes(node.program.body, parser),
    // Absent where there is no {{else}}, whatever the types say.
    otherwise: readNodes(node.inverse?.body ?? [], parser),
    ...spanOf(node, parser),
  }
}

function readPartial(node: hbs.AST.PartialStatement, parser: Parser): TemplateNode | undefined {
  if (!isPath(node.name) || node.params.length > 0 || node.hash) {
    return refuse(parser, node, 'must name a partial and nothing else: {{>name}}')
  }
  return { kind: 'partial', name: node.name.original, ...spanOf(node, parser) }
}

const toPath = (path: hbs.AST.PathExpression, parser: Parser): TemplatePath => ({
  text: path.original,
  parts: path.parts,
  up: path.depth,
  isData: path.data,
  ...spanOf(path, parser),
})

function spanOf({ loc }: Node, { lineStarts }: Parser) {
  const offsetOf = ({ line, column }: hbs.AST.Position) => (lineStarts[line - 1] ?? 0) + column
  return { start: offsetOf(loc.start), end: offsetOf(loc.end) }
}

function refuse(parser: Parser, node: Node, message: string): undefined {
  parser.faults.push({ offset: spanOf(node, parser).start, message })
}
