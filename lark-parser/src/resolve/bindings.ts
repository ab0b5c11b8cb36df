import type { Identifier, LoadItem, Statement, Target } from "../tree.ts";

/** What a block's statements bind, in the order of the source. */
export interface BindingVisitor {
  onName(name: Identifier): void;
  onLoad(item: LoadItem): void;
}

/** Visits every binding of a block's statements, but not of the functions and comprehensions inside. */
export function visitBindings(statements: readonly Statement[], visitor: BindingVisitor): void {
  for (const statement of statements) visitStatement(statement, visitor);
}

function visitStatement(statement: Statement, visitor: BindingVisitor): void {
  switch (statement.kind) {
    case "def":
      visitor.onName(statement.name);
      break;
    case "if":
      for (const branch of statement.branches) visitBindings(branch.body, visitor);
      visitBindings(statement.orElse ?? [], visitor);
      break;
    case "for":
      visitTarget(statement.target, visitor);
      visitBindings(statement.body, visitor);
      break;
    case "assign":
    case "augmented-assign":
      visitTarget(statement.target, visitor);
      break;
    case "load":
      for (const item of statement.items) visitor.onLoad(item);
      break;
  }
}

/** Visits the names that an assignment to a target binds. */
export function visitTarget(target: Target, visitor: Pick<BindingVisitor, "onName">): void {
  if (target.kind === "identifier") visitor.onName(target);
  if (target.kind === "sequence-target") for (const element of target.elements) visitTarget(element, visitor);
}
