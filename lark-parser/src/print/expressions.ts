import type { Argument, Clause, DictEntry, Expression, Parameter, Target } from "../tree.ts";

/** Longer lines are broken at brackets. */
const WIDTH = 100;
const STEP = 4;

/** How tightly an expression holds together: a looser one needs parentheses inside of a tighter one. */
const LOOSEST = 0;
const OPERATION = 1;
const NOT = 3;
const COMPARISON = 4;
const UNARY = 11;
const PRIMARY = 12;
const OPERATORS: Readonly<Record<string, number>> = {
  or: OPERATION,
  and: 2,
  "|": 5,
  "^": 6,
  "&": 7,
  "<<": 8,
  ">>": 8,
  "+": 9,
  "-": 9,
  "*": 10,
  "/": 10,
  "//": 10,
  "%": 10,
};

function strengthOf(node: Expression): number {
  switch (node.kind) {
    case "conditional":
    case "lambda":
      return LOOSEST;
    case "binary":
      return OPERATORS[node.operator] ?? COMPARISON;
    case "unary":
      return node.operator === "not" ? NOT : UNARY;
    default:
      return PRIMARY;
  }
}

/** An expression as source text; `indent` is that of the line it stands in. */
export function printExpression(node: Expression, indent: number, least = LOOSEST): string {
  const text = printBare(node, indent);
  return strengthOf(node) < least ? `(${text})` : text;
}

function printBare(node: Expression, indent: number): string {
  const inner = (child: Expression, least = LOOSEST): string => printExpression(child, indent, least);
  switch (node.kind) {
    case "identifier":
      return node.name;
    case "int":
    case "float":
    case "string":
    case "bytes":
      return node.raw;
    case "list":
      return printBracketed("[", node.elements.map(itemOf), "]", indent);
    case "tuple":
      if (node.elements.length === 1) return `(${node.elements.map((element) => inner(element)).join("")},)`;
      return printBracketed("(", node.elements.map(itemOf), ")", indent);
    case "dict":
      return printBracketed("{", node.entries.map(entryOf), "}", indent);
    case "list-comprehension":
      return printBracketed("[", [itemOf(node.body), ...node.clauses.map(clauseOf)], "]", indent, " ");
    case "dict-comprehension":
      return printBracketed("{", [entryOf(node.body), ...node.clauses.map(clauseOf)], "}", indent, " ");
    case "conditional":
      return `${inner(node.then, OPERATION)} if ${inner(node.condition, OPERATION)} else ${inner(node.orElse)}`;
    case "unary":
      return node.operator === "not"
        ? `not ${inner(node.operand, NOT)}`
        : `${node.operator}${inner(node.operand, UNARY)}`;
    case "binary": {
      const strength = strengthOf(node);
      // Comparisons do not chain; everything else leans to the left.
      const left = inner(node.left, strength === COMPARISON ? COMPARISON + 1 : strength);
      return `${left} ${node.operator} ${inner(node.right, strength + 1)}`;
    }
    case "lambda": {
      const parameters = node.parameters.map((parameter) => printParameter(parameter, indent)).join(", ");
      const [body] = node.body;
      const value = body?.kind === "return" && body.value !== undefined ? inner(body.value) : "None";
      return `lambda${parameters === "" ? "" : ` ${parameters}`}: ${value}`;
    }
    case "call":
      return `${inner(node.callee, PRIMARY)}${printBracketed("(", node.arguments.map(argumentOf), ")", indent)}`;
    case "index":
      return `${inner(node.object, PRIMARY)}[${inner(node.index)}]`;
    case "slice": {
      const bounds = [node.low, node.high].map((bound) => (bound === undefined ? "" : inner(bound))).join(":");
      return `${inner(node.object, PRIMARY)}[${bounds}${node.step === undefined ? "" : `:${inner(node.step)}`}]`;
    }
    case "dot": {
      const object = inner(node.object, PRIMARY);
      // After an int the dot would begin a fraction.
      return `${node.object.kind === "int" ? `(${object})` : object}.${node.name}`;
    }
  }
}

/** A part of what stands in brackets, printed at an indentation. */
type Item = (indent: number) => string;

const itemOf =
  (node: Expression): Item =>
  (indent) =>
    printExpression(node, indent);

const entryOf =
  ({ key, value }: DictEntry): Item =>
  (indent) =>
    `${printExpression(key, indent)}: ${printExpression(value, indent)}`;

const argumentOf =
  (argument: Argument): Item =>
  (indent) => {
    const value = printExpression(argument.value, indent);
    switch (argument.kind) {
      case "positional":
        return value;
      case "keyword":
        return `${argument.name} = ${value}`;
      case "args":
        return `*${value}`;
      case "kwargs":
        return `**${value}`;
    }
  };

const clauseOf =
  (clause: Clause): Item =>
  (indent) =>
    clause.kind === "if-clause"
      ? `if ${printExpression(clause.condition, indent, OPERATION)}`
      : `for ${printTarget(clause.target, indent)} in ${printExpression(clause.iterable, indent, OPERATION)}`;

/** In one line where it fits, otherwise one item a line. */
function printBracketed(open: string, items: readonly Item[], close: string, indent: number, separator = ", "): string {
  const flat = `${open}${items.map((item) => item(indent)).join(separator)}${close}`;
  if (items.length === 0 || (indent + flat.length <= WIDTH && !flat.includes("\n"))) return flat;
  const margin = " ".repeat(indent + STEP);
  const end = separator === " " ? "" : ",";
  const lines = items.map((item) => `${margin}${item(indent + STEP)}${end}`);
  return `${open}\n${lines.join("\n")}\n${" ".repeat(indent)}${close}`;
}

/** A parameter of a function. */
export function printParameter(parameter: Parameter, indent: number): string {
  switch (parameter.kind) {
    case "args":
      return `*${parameter.name?.name ?? ""}`;
    case "kwargs":
      return `**${parameter.name.name}`;
    case "parameter": {
      const { name, default: value } = parameter;
      return value === undefined ? name.name : `${name.name} = ${printExpression(value, indent)}`;
    }
  }
}

/** The left side of an assignment. */
export function printTarget(target: Target, indent: number): string {
  if (target.kind !== "sequence-target") return printExpression(target, indent, PRIMARY);
  const elements = target.elements.map((element) => printTarget(element, indent)).join(", ");
  if (target.form === "list") return `[${elements}]`;
  return target.elements.length === 1 ? `(${elements},)` : `(${elements})`;
}
