import { describe, expect, test } from "bun:test";
import {
  describeGraphFault,
  findGraphFaults,
  isStraightChain,
  levels,
  longestPaths,
  orderByDependencies,
} from "../../src/plan/graph.ts";

const graph = (edges: Record<string, string[]>) => Object.entries(edges).map(([id, dependsOn]) => ({ id, dependsOn }));
const LONG = 100_000;
const longChain = Array.from({ length: LONG }, (_, i) => ({ id: `n${i}`, dependsOn: i === 0 ? [] : [`n${i - 1}`] }));

describe("findGraphFaults", () => {
  test("passes a diamond", () => {
    expect(findGraphFaults(graph({ a: [], b: ["a"], c: ["a"], d: ["b", "c"] }))).toEqual([]);
  });

  test("names each kind of fault", () => {
    const nodes = [...graph({ a: ["a"], b: ["ghost", "ghost"] }), { id: "b", dependsOn: [] }];
    expect(findGraphFaults(nodes).map(describeGraphFault)).toEqual([
      '"b" is there more than once; ids must be unique',
      '"a" depends on itself',
      '"b" depends on "ghost", which does not exist',
    ]);
  });

  test("names a cycle from end to end, once, without what merely leads into it", () => {
    const faults = findGraphFaults(graph({ entry: ["a"], a: ["b"], b: ["c"], c: ["a"], free: [] }));
    expect(faults).toEqual([{ kind: "cycle", path: ["a", "b", "c", "a"] }]);
  });

  test("finds two cycles that are apart", () => {
    const faults = findGraphFaults(graph({ a: ["b"], b: ["a"], c: ["d"], d: ["c"] }));
    expect(faults.map((fault) => fault.kind)).toEqual(["cycle", "cycle"]);
  });

  test("takes a chain of 100 000 and the cycle that closes it", () => {
    expect(findGraphFaults(longChain)).toEqual([]);
    const closed = longChain.map((node, i) => (i === 0 ? { id: "n0", dependsOn: [`n${LONG - 1}`] } : node));
    const [fault] = findGraphFaults(closed);
    expect(fault?.kind === "cycle" && fault.path.length).toBe(LONG + 1);
  });
});

test("longestPaths counts what hangs behind a node", () => {
  const lengths = longestPaths(graph({ a: [], b: ["a"], c: ["b"], alone: [], d: ["a", "c"] }));
  expect(Object.fromEntries(lengths)).toEqual({ a: 4, b: 3, c: 2, d: 1, alone: 1 });
  expect(longestPaths(longChain).get("n0")).toBe(LONG);
});

test("orderByDependencies keeps the given order where edges leave a choice, and ignores edges to the outside", () => {
  const order = orderByDependencies(graph({ late: ["early"], other: ["elsewhere"], early: [] }));
  expect(order.map((node) => node.id)).toEqual(["other", "early", "late"]);
});

test("levels puts every node behind its deepest dependency", () => {
  expect(levels(graph({ a: [], b: ["a"], c: ["a", "b"], d: [] }))).toEqual([["a", "d"], ["b"], ["c"]]);
});

describe("isStraightChain", () => {
  test.each([
    [{ a: [], b: ["a"], c: ["b"] }, true],
    [{ c: ["b"], b: ["a"], a: ["builder"] }, true],
    [{ a: [] }, false],
    [{ a: [], b: [] }, false],
    [{ a: [], b: ["a"], c: ["a"] }, false],
    [{ a: [], b: ["a"], c: ["a", "b"] }, false],
    [{ a: [], b: ["a"], c: [], d: ["c"] }, false],
  ] as [Record<string, string[]>, boolean][])("%j: %p", (edges, expected) => {
    expect(isStraightChain(graph(edges))).toBe(expected);
  });
});
