import { seededRandom } from "../rig/simulator/dice.ts";

/** A node of a made-up graph. Ids are those of agents. */
export interface BenchNode {
  readonly id: string;
  readonly dependsOn: readonly string[];
  readonly durationMs: number;
}

export type Shape = "random" | "layered" | "chain + leaves";

/** A graph of `count` nodes whose durations are log-normal around a median of 40 ms; the same for the same seed. */
export function makeGraph(shape: Shape, count: number, seed: number): BenchNode[] {
  const random = seededRandom(seed);
  const edges = { random: randomEdges, layered: layeredEdges, "chain + leaves": chainEdges }[shape];
  return Array.from({ length: count }, (_, index) => ({
    id: `n${index}`,
    dependsOn: [...new Set(edges(index, count, random))].map((other) => `n${other}`),
    durationMs: 40 * Math.exp(0.8 * normal(random)),
  }));
}

/** Up to three edges to any nodes before. */
function randomEdges(index: number, _count: number, random: () => number): number[] {
  const edges = Math.min(index, Math.floor(random() * 4));
  return Array.from({ length: edges }, () => Math.floor(random() * index));
}

/** Eight layers; each node needs three of the layer before. */
function layeredEdges(index: number, count: number, random: () => number): number[] {
  const width = Math.ceil(count / 8);
  const layer = Math.floor(index / width);
  if (layer === 0) return [];
  return Array.from({ length: 3 }, () => (layer - 1) * width + Math.floor(random() * width));
}

/** The last quarter is one chain, what comes before is free: a scheduler that takes nodes as they come starts it late. */
function chainEdges(index: number, count: number): number[] {
  return index > count * 0.75 ? [index - 1] : [];
}

/** Box and Muller: two even numbers make a normal one. */
const normal = (random: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
