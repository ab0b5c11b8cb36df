import { orderByDependencies } from "../../src/plan/graph.ts";
import type { BenchNode } from "./graphs.ts";

const STEPS = 32;

/**
 * No schedule on `slots` slots can be shorter than this: nodes that cannot start before `head` and have at least `tail`
 * after them take head + (their work / slots) + tail. The critical path and work / slots are the ends of that range.
 */
export function shortestMakespanMs(nodes: readonly BenchNode[], slots: number): number {
  const placed = measure(nodes);
  let boundMs = 0;
  for (const { headMs, durationMs, tailMs } of placed) boundMs = Math.max(boundMs, headMs + durationMs + tailMs);
  for (const headMs of quantiles(placed.map((node) => node.headMs))) {
    const late = placed.filter((node) => node.headMs >= headMs);
    for (const tailMs of quantiles(late.map((node) => node.tailMs))) {
      let workMs = 0;
      for (const node of late) if (node.tailMs >= tailMs) workMs += node.durationMs;
      boundMs = Math.max(boundMs, headMs + workMs / slots + tailMs);
    }
  }
  return boundMs;
}

/** Each node with the longest way that leads to it and the longest that follows it. */
function measure(nodes: readonly BenchNode[]) {
  const placed = new Map(nodes.map((node) => [node.id, { ...node, headMs: 0, tailMs: 0 }]));
  const order = orderByDependencies(nodes).flatMap(({ id }) => placed.get(id) ?? []);
  const dependenciesOf = (node: BenchNode) => node.dependsOn.flatMap((id) => placed.get(id) ?? []);
  for (const node of order) {
    for (const { headMs, durationMs } of dependenciesOf(node)) node.headMs = Math.max(node.headMs, headMs + durationMs);
  }
  for (const node of order.reverse()) {
    for (const before of dependenciesOf(node)) before.tailMs = Math.max(before.tailMs, node.durationMs + node.tailMs);
  }
  return order;
}

/** Some of the values, evenly spread, the smallest among them: any choice gives a true bound. */
function quantiles(values: readonly number[]): Set<number> {
  const sorted = values.toSorted((a, b) => a - b);
  return new Set(Array.from({ length: STEPS }, (_, step) => sorted[Math.floor((step * sorted.length) / STEPS)] ?? 0));
}
