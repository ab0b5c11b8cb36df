import { printExpression, printParameter, printTarget } from "./print/expressions.ts";
import type { Comment, DefStatement, LoadStatement, Module, Statement } from "./tree.ts";

const STEP = 4;

/**
 * A tree as source text. What is parsed from it is the same tree, and printing that gives the same text again. Comments
 * stand before the statement that they stood before or in, or at the end of its line.
 */
export function print(tree: Module): string {
  const printer = new Printer(tree);
  printer.block(tree.body, 0);
  printer.comments(Number.POSITIVE_INFINITY, 0);
  return printer.lines.length === 0 ? "" : `${printer.lines.join("\n")}\n`;
}

class Printer {
  readonly lines: string[] = [];
  readonly #tree: Module;
  readonly #comments: readonly Comment[];
  #nextComment = 0;

  constructor(tree: Module) {
    this.#tree = tree;
    this.#comments = tree.comments;
  }

  block(statements: readonly Statement[], indent: number): void {
    for (const [at, statement] of statements.entries()) {
      if (at > 0 && this.#isApart(statement, statements[at - 1])) this.lines.push("");
      this.comments(statement.start, indent);
      this.#statement(statement, indent);
    }
  }

  /** Prints the comments that begin before an offset. */
  comments(before: number, indent: number): void {
    for (; ; this.#nextComment++) {
      const comment = this.#comments[this.#nextComment];
      if (comment === undefined || comment.start >= before) return;
      this.lines.push(" ".repeat(indent) + comment.text);
    }
  }

  /** A blank line or more stood between the two, or one of them is a function at top level. */
  #isApart(statement: Statement, previous: Statement | undefined): boolean {
    if (previous === undefined) return false;
    const { source } = this.#tree;
    const between = source.text.slice(previous.end, statement.start);
    return /\n[ \t]*\r?\n/.test(between) || statement.kind === "def" || previous.kind === "def";
  }

  #statement(statement: Statement, indent: number): void {
    const margin = " ".repeat(indent);
    switch (statement.kind) {
      case "def":
        this.#compound(`${margin}${describeDef(statement, indent)}`, statement.body, indent);
        break;
      case "if": {
        for (const [at, { condition, body }] of statement.branches.entries()) {
          const word = at === 0 ? "if" : "elif";
          this.#compound(`${margin}${word} ${printExpression(condition, indent)}:`, body, indent);
        }
        if (statement.orElse !== undefined) this.#compound(`${margin}else:`, statement.orElse, indent);
        break;
      }
      case "for": {
        const head = `for ${printTarget(statement.target, indent)} in ${printExpression(statement.iterable, indent)}:`;
        this.#compound(margin + head, statement.body, indent);
        break;
      }
      default:
        this.#simple(margin + printSimple(statement, indent), statement);
    }
  }

  #compound(head: string, body: readonly Statement[], indent: number): void {
    this.lines.push(head);
    this.block(body, indent + STEP);
  }

  /** With the comment that ends its line. */
  #simple(text: string, statement: Statement): void {
    const comment = this.#comments[this.#nextComment];
    const { source } = this.#tree;
    const isOwn =
      comment !== undefined &&
      !comment.ownLine &&
      /^[ \t,)\]}]*$/.test(source.text.slice(statement.end, comment.start));
    if (!isOwn || comment.start < statement.end) {
      this.lines.push(text);
      return;
    }
    this.#nextComment++;
    this.lines.push(`${text}  ${comment.text}`);
  }
}

function describeDef({ name, parameters }: DefStatement, indent: number): string {
  return `def ${name.name}(${parameters.map((parameter) => printParameter(parameter, indent)).join(", ")}):`;
}

function printSimple(statement: Statement, indent: number): string {
  switch (statement.kind) {
    case "expression":
      return printExpression(statement.value, indent);
    case "assign":
      return `${printTarget(statement.target, indent)} = ${printExpression(statement.value, indent)}`;
    case "augmented-assign": {
      const { target, operator, value } = statement;
      return `${printTarget(target, indent)} ${operator}= ${printExpression(value, indent)}`;
    }
    case "return":
      return statement.value === undefined ? "return" : `return ${printExpression(statement.value, indent)}`;
    case "load":
      return printLoad(statement);
    default:
      return statement.kind;
  }
}

function printLoad({ module, items }: LoadStatement): string {
  const names = items.map(({ local, exported }) =>
    local.name === exported.value ? exported.raw : `${local.name} = ${exported.raw}`,
  );
  return `load(${[module.raw, ...names].join(", ")})`;
}
