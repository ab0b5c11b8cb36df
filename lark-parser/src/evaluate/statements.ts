import type { DefStatement, Expression, IfStatement, LoadStatement, Statement } from "../tree.ts";
import { isTrue, type Value } from "../values/value.ts";
import type { FunctionContext } from "./compiler.ts";
import { BREAK, CONTINUE, type Exec, type Frame, NORMAL, RETURN } from "./frame.ts";
import { compileLoop } from "./loops.ts";
import { compileAugmented } from "./targets.ts";
import { compileBind } from "./variables.ts";

/** Statements one after the other, until one of them leaves the block. */
export function compileBlock(c: FunctionContext, statements: readonly Statement[]): Exec {
  const execs = statements.filter(({ kind }) => kind !== "pass").map((statement) => compileStatement(c, statement));
  const [first, second, third] = execs;
  if (first === undefined) return () => NORMAL;
  if (second === undefined) return first;
  if (third === undefined) return (frame) => first(frame) || second(frame);
  return (frame) => {
    for (const exec of execs) {
      const completion = exec(frame);
      if (completion !== NORMAL) return completion;
    }
    return NORMAL;
  };
}

function compileStatement(c: FunctionContext, statement: Statement): Exec {
  switch (statement.kind) {
    case "expression":
      return compileExpressionStatement(c, statement.value);
    case "assign": {
      const value = c.expression(statement.value);
      const store = c.target(statement.target);
      return (frame) => {
        store(frame, value(frame));
        return NORMAL;
      };
    }
    case "augmented-assign":
      return compileAugmented(c, statement);
    case "def":
      return compileDef(c, statement);
    case "if":
      return compileIf(c, statement);
    case "for": {
      const body = c.block(statement.body);
      const loop = compileLoop<null>(c, statement, body);
      return (frame) => loop(frame, null);
    }
    case "return":
      return compileReturn(c, statement.value);
    case "break":
      return () => BREAK;
    case "continue":
      return () => CONTINUE;
    case "pass":
      return () => NORMAL;
    case "load":
      return compileLoad(c, statement);
  }
}

function compileExpressionStatement(c: FunctionContext, expression: Expression): Exec {
  const value = c.expression(expression);
  return (frame) => {
    value(frame);
    return NORMAL;
  };
}

function compileReturn(c: FunctionContext, expression: Expression | undefined): Exec {
  if (expression === undefined) return () => RETURN;
  const value = c.expression(expression);
  return (frame) => {
    frame.result = value(frame);
    return RETURN;
  };
}

function compileDef(c: FunctionContext, statement: DefStatement): Exec {
  const make = c.parts.functionValue(c, statement, statement.name.name);
  const bind = compileBind(c, statement.name);
  return (frame) => {
    bind(frame, make(frame));
    return NORMAL;
  };
}

function compileIf(c: FunctionContext, { branches, orElse }: IfStatement): Exec {
  const otherwise = c.block(orElse ?? []);
  return branches.reduceRight<Exec>((next, branch) => {
    const condition = c.expression(branch.condition);
    const body = c.block(branch.body);
    return (frame) => (isTrue(condition(frame)) ? body(frame) : next(frame));
  }, otherwise);
}

function compileLoad(c: FunctionContext, statement: LoadStatement): Exec {
  const binds = statement.items.map((item) => ({ item, bind: compileBind(c, item.local) }));
  return (frame: Frame) => {
    const exported = c.load(statement);
    for (const { item, bind } of binds) bind(frame, exported(item) satisfies Value);
    return NORMAL;
  };
}
