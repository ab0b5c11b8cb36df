/**
 * The syntax tree of one module. Every node is a span of its source. The parser makes it; the resolver then fills in
 * `variable` of every identifier and `scope` of every function, so that nothing is looked up by name at run time.
 * Parentheses are not kept: the shape of the tree says what they said.
 */
import type { Source, Span } from "./source.ts";
import type { FunctionScope, Variable } from "./variable.ts";

/** A whole file. Its scope's locals are what `load` binds and the variables of top-level comprehensions. */
export interface Module extends Span {
  readonly kind: "module";
  readonly source: Source;
  readonly body: readonly Statement[];
  readonly comments: readonly Comment[];
  scope: FunctionScope;
  /** By index; the exported ones are those without a leading underscore. */
  globals: Variable[];
}

/** From `#` to the end of its line. */
export interface Comment extends Span {
  readonly text: string;
  /** Nothing but white space stands before it in its line. */
  readonly ownLine: boolean;
}

// --- Statements ---

export type Statement =
  | DefStatement
  | IfStatement
  | ForStatement
  | ReturnStatement
  | BranchStatement
  | AssignStatement
  | AugmentedAssignStatement
  | ExpressionStatement
  | LoadStatement;

/** What `def` and `lambda` share. A lambda's body is one return statement. */
export interface FunctionPart {
  readonly parameters: readonly Parameter[];
  readonly body: readonly Statement[];
  scope: FunctionScope;
}

export interface DefStatement extends Span, FunctionPart {
  readonly kind: "def";
  readonly name: Identifier;
}

/** `args` without a name is the bare `*`: what follows is keyword-only, and it takes no slot in the frame. */
export type Parameter =
  | (Span & { readonly kind: "parameter"; readonly name: Identifier; readonly default: Expression | undefined })
  | (Span & { readonly kind: "args"; readonly name: Identifier | undefined })
  | (Span & { readonly kind: "kwargs"; readonly name: Identifier });

/** `if` and each `elif` are a branch, in order. */
export interface IfStatement extends Span {
  readonly kind: "if";
  readonly branches: readonly IfBranch[];
  readonly orElse: readonly Statement[] | undefined;
}

export interface IfBranch extends Span {
  readonly condition: Expression;
  readonly body: readonly Statement[];
}

export interface ForStatement extends Span {
  readonly kind: "for";
  readonly target: Target;
  readonly iterable: Expression;
  readonly body: readonly Statement[];
}

export interface ReturnStatement extends Span {
  readonly kind: "return";
  readonly value: Expression | undefined;
}

export interface BranchStatement extends Span {
  readonly kind: "break" | "continue" | "pass";
}

export interface AssignStatement extends Span {
  readonly kind: "assign";
  readonly target: Target;
  readonly operator: Span;
  readonly value: Expression;
}

/** `target operator= value`; `operator` is without the `=`, `at` is where it stands. */
export interface AugmentedAssignStatement extends Span {
  readonly kind: "augmented-assign";
  readonly target: SimpleTarget;
  readonly operator: AugmentedOperator;
  readonly at: Span;
  readonly value: Expression;
}

export interface ExpressionStatement extends Span {
  readonly kind: "expression";
  readonly value: Expression;
}

/** Each item binds `local` in the file's own scope to what the module exports as `exported`. */
export interface LoadStatement extends Span {
  readonly kind: "load";
  readonly module: StringLiteral;
  readonly items: readonly LoadItem[];
}

export interface LoadItem extends Span {
  readonly local: Identifier;
  readonly exported: StringLiteral;
}

/** What can stand on the left of `=`, after `for`, and in a comprehension. */
export type Target = SimpleTarget | SequenceTarget;
export type SimpleTarget = Identifier | IndexExpression | DotExpression;

export interface SequenceTarget extends Span {
  readonly kind: "sequence-target";
  readonly form: "tuple" | "list";
  readonly elements: readonly Target[];
}

// --- Expressions ---

export type Expression =
  | Identifier
  | IntLiteral
  | FloatLiteral
  | StringLiteral
  | BytesLiteral
  | ListExpression
  | TupleExpression
  | DictExpression
  | Comprehension
  | ConditionalExpression
  | UnaryExpression
  | BinaryExpression
  | LambdaExpression
  | CallExpression
  | IndexExpression
  | SliceExpression
  | DotExpression;

export interface Identifier extends Span {
  readonly kind: "identifier";
  readonly name: string;
  variable: Variable;
}

/** `raw` of a literal is how the source spells it. */
export interface IntLiteral extends Span {
  readonly kind: "int";
  /** A number where it is a safe integer, else a bigint. */
  readonly value: number | bigint;
  readonly raw: string;
}

export interface FloatLiteral extends Span {
  readonly kind: "float";
  readonly value: number;
  readonly raw: string;
}

export interface StringLiteral extends Span {
  readonly kind: "string";
  readonly value: string;
  readonly raw: string;
}

export interface BytesLiteral extends Span {
  readonly kind: "bytes";
  readonly value: Uint8Array;
  readonly raw: string;
}

export interface ListExpression extends Span {
  readonly kind: "list";
  readonly elements: readonly Expression[];
}

export interface TupleExpression extends Span {
  readonly kind: "tuple";
  readonly elements: readonly Expression[];
}

export interface DictExpression extends Span {
  readonly kind: "dict";
  readonly entries: readonly DictEntry[];
}

export interface DictEntry extends Span {
  readonly key: Expression;
  readonly value: Expression;
}

/** The first clause is always a `for`; its iterable belongs to the enclosing block. Variables are the function's. */
export type Comprehension =
  | (Span & { readonly kind: "list-comprehension"; readonly body: Expression; readonly clauses: readonly Clause[] })
  | (Span & { readonly kind: "dict-comprehension"; readonly body: DictEntry; readonly clauses: readonly Clause[] });

export type Clause =
  | (Span & { readonly kind: "for-clause"; readonly target: Target; readonly iterable: Expression })
  | (Span & { readonly kind: "if-clause"; readonly condition: Expression });

export interface ConditionalExpression extends Span {
  readonly kind: "conditional";
  readonly condition: Expression;
  readonly then: Expression;
  readonly orElse: Expression;
}

export type UnaryOperator = "+" | "-" | "~" | "not";

export interface UnaryExpression extends Span {
  readonly kind: "unary";
  readonly operator: UnaryOperator;
  readonly operand: Expression;
}

export type AugmentedOperator = "+" | "-" | "*" | "/" | "//" | "%" | "&" | "|" | "^" | "<<" | ">>";
export type ComparisonOperator = "==" | "!=" | "<" | ">" | "<=" | ">=" | "in" | "not in";
export type BinaryOperator = AugmentedOperator | ComparisonOperator | "and" | "or";

/** `at` is where the operator stands: a failed operation is reported there. */
export interface BinaryExpression extends Span {
  readonly kind: "binary";
  readonly operator: BinaryOperator;
  readonly at: Span;
  readonly left: Expression;
  readonly right: Expression;
}

export interface LambdaExpression extends Span, FunctionPart {
  readonly kind: "lambda";
}

/** `at` is the opening parenthesis: calls are reported there. */
export interface CallExpression extends Span {
  readonly kind: "call";
  readonly callee: Expression;
  readonly at: Span;
  readonly arguments: readonly Argument[];
}

/** In the order of the source: positional, then keyword, then at most one `args`, then at most one `kwargs`. */
export type Argument =
  | (Span & { readonly kind: "positional"; readonly value: Expression })
  | (Span & { readonly kind: "keyword"; readonly name: string; readonly nameAt: Span; readonly value: Expression })
  | (Span & { readonly kind: "args"; readonly value: Expression })
  | (Span & { readonly kind: "kwargs"; readonly value: Expression });

/** `at` is the opening bracket. */
export interface IndexExpression extends Span {
  readonly kind: "index";
  readonly object: Expression;
  readonly at: Span;
  readonly index: Expression;
}

export interface SliceExpression extends Span {
  readonly kind: "slice";
  readonly object: Expression;
  readonly at: Span;
  readonly low: Expression | undefined;
  readonly high: Expression | undefined;
  readonly step: Expression | undefined;
}

/** `at` is the attribute's name. */
export interface DotExpression extends Span {
  readonly kind: "dot";
  readonly object: Expression;
  readonly name: string;
  readonly at: Span;
}
