import TinyQueue from "tinyqueue";
import type { BenchNode } from "./graphs.ts";

interface BareNode {
  readonly durationMs: number;
  readonly dependents: BareNode[];
  waitingFor: number;
  urgency: number;
}

/**
 * The least that a scheduler with the longest remaining path first can do, in virtual time: counters and two heaps, no
 * events, no state that could be resumed. The peer that the real one's overhead is seen against.
 */
export function runBare(nodes: readonly BenchNode[], slots: number): { makespanMs: number; overheadMs: number } {
  const beganMs = performance.now();
  const order = linkNodes(nodes);
  const ready = new TinyQueue<BareNode>([], (a, b) => b.urgency - a.urgency);
  const open = new TinyQueue<{ readonly endMs: number; readonly node: BareNode }>([], (a, b) => a.endMs - b.endMs);
  for (const node of order) if (node.waitingFor === 0) ready.push(node);
  let nowMs = 0;
  while (ready.length + open.length > 0) {
    while (open.length < slots && ready.length > 0) {
      const node = ready.pop();
      if (node) open.push({ endMs: nowMs + node.durationMs, node });
    }
    const ended = open.pop();
    if (!ended) break;
    nowMs = ended.endMs;
    for (const dependent of ended.node.dependents) if (--dependent.waitingFor === 0) ready.push(dependent);
  }
  return { makespanMs: nowMs, overheadMs: performance.now() - beganMs };
}

/** Edges by reference, and urgency from the ends back; the made-up graphs list each node after what it needs. */
function linkNodes(nodes: readonly BenchNode[]): BareNode[] {
  const byId = new Map<string, BareNode>();
  for (const { id, dependsOn, durationMs } of nodes) {
    const node: BareNode = { durationMs, dependents: [], waitingFor: dependsOn.length, urgency: 0 };
    byId.set(id, node);
    for (const other of dependsOn) byId.get(other)?.dependents.push(node);
  }
  const order = [...byId.values()];
  for (const node of order.toReversed()) {
    let below = 0;
    for (const { urgency } of node.dependents) below = Math.max(below, urgency);
    node.urgency = below + node.durationMs;
  }
  return order;
}
