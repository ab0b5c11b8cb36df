import type { Expression } from "../tree.ts";
import { BytesValue, FloatValue, type Value } from "../values/value.ts";
import { compileCall } from "./calls.ts";
import {
  compileComprehension,
  compileDict,
  compileDot,
  compileIndex,
  compileSequence,
  compileSlice,
} from "./collections.ts";
import type { FunctionContext } from "./compiler.ts";
import type { Eval } from "./frame.ts";
import { compileBinary, compileConditional, compileUnary } from "./operators.ts";
import { compileRead } from "./variables.ts";

/** Turns an expression into a function of the frame. */
export function compileExpression(c: FunctionContext, node: Expression): Eval {
  switch (node.kind) {
    case "identifier":
      return compileRead(c, node);
    case "int":
    case "string":
      return constant(node.value);
    case "float":
      return constant(new FloatValue(node.value));
    case "bytes":
      return constant(new BytesValue(node.value));
    case "list":
    case "tuple":
      return compileSequence(
        c,
        node.kind,
        node.elements.map((element) => c.expression(element)),
      );
    case "dict":
      return compileDict(c, node);
    case "list-comprehension":
    case "dict-comprehension":
      return compileComprehension(c, node);
    case "conditional":
      return compileConditional(c, node);
    case "unary":
      return compileUnary(c, node);
    case "binary":
      return compileBinary(c, node);
    case "lambda":
      return c.parts.functionValue(c, node, "lambda");
    case "call":
      return compileCall(c, node);
    case "index":
      return compileIndex(c, node);
    case "slice":
      return compileSlice(c, node);
    case "dot":
      return compileDot(c, node);
  }
}

function constant(value: Value): Eval {
  return () => value;
}
