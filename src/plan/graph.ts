/**
 * Questions about "who waits for whom", shared by configuration, blueprint and scheduler. Pure, linear in nodes and
 * edges, and without recursion, so that a chain of 10^5 nodes is no special case.
 */
export interface GraphNode {
  readonly id: string;
  readonly dependsOn: readonly string[];
}

export type GraphFault =
  | { readonly kind: "duplicate-id"; readonly id: string }
  | { readonly kind: "unknown-dependency"; readonly id: string; readonly dependency: string }
  | { readonly kind: "self-dependency"; readonly id: string }
  /** `path` begins and ends with the same id; each waits for the one after it. */
  | { readonly kind: "cycle"; readonly path: readonly string[] };

/** Everything that keeps the nodes from running, in the order of the nodes; a cycle is named once. */
export function findGraphFaults(nodes: readonly GraphNode[]): GraphFault[] {
  const faults: GraphFault[] = [];
  const byId = new Map<string, GraphNode>();
  const repeated = new Set<string>();
  for (const node of nodes) {
    if (!byId.has(node.id)) byId.set(node.id, node);
    else if (!repeated.has(node.id)) {
      repeated.add(node.id);
      faults.push({ kind: "duplicate-id", id: node.id });
    }
  }
  for (const node of nodes) {
    for (const dependency of new Set(node.dependsOn)) {
      if (dependency === node.id) faults.push({ kind: "self-dependency", id: node.id });
      else if (!byId.has(dependency)) faults.push({ kind: "unknown-dependency", id: node.id, dependency });
    }
  }
  return [...faults, ...findCycles(byId)];
}

/** One line about one fault, as errors and repair requests quote it. */
export function describeGraphFault(fault: GraphFault): string {
  switch (fault.kind) {
    case "duplicate-id":
      return `"${fault.id}" is there more than once; ids must be unique`;
    case "unknown-dependency":
      return `"${fault.id}" depends on "${fault.dependency}", which does not exist`;
    case "self-dependency":
      return `"${fault.id}" depends on itself`;
    case "cycle":
      return `these wait for each other in a circle: ${fault.path.join(" -> ")}`;
  }
}

/** Depth-first with a stack of our own; a back edge closes a cycle. Self edges are named elsewhere. */
function findCycles(byId: ReadonlyMap<string, GraphNode>): GraphFault[] {
  const faults: GraphFault[] = [];
  const finished = new Set<string>();
  const placeOnPath = new Map<string, number>();
  for (const start of byId.keys()) {
    if (finished.has(start)) continue;
    const path: { readonly id: string; readonly dependsOn: readonly string[]; next: number }[] = [];
    const enter = (id: string) => {
      placeOnPath.set(id, path.length);
      path.push({ id, dependsOn: byId.get(id)?.dependsOn ?? [], next: 0 });
    };
    enter(start);
    for (let top = path.at(-1); top; top = path.at(-1)) {
      const dependency = top.dependsOn[top.next++];
      if (dependency === undefined) {
        path.pop();
        placeOnPath.delete(top.id);
        finished.add(top.id);
        continue;
      }
      if (dependency === top.id || finished.has(dependency) || !byId.has(dependency)) continue;
      const place = placeOnPath.get(dependency);
      if (place === undefined) enter(dependency);
      else faults.push({ kind: "cycle", path: [...path.slice(place).map((step) => step.id), dependency] });
    }
  }
  return faults;
}

/**
 * The nodes in an order in which each comes after what it depends on, earlier nodes first among equals.
 * Dependencies outside of `nodes` count as done. Nodes on or behind a cycle are left out.
 */
export function orderByDependencies<N extends GraphNode>(nodes: readonly N[]): N[] {
  const dependents = dependentsOf(nodes);
  const ids = new Set(nodes.map((node) => node.id));
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const waitingFor = new Map<string, number>();
  const order: N[] = [];
  for (const node of nodes) {
    const open = [...new Set(node.dependsOn)].filter((id) => ids.has(id)).length;
    waitingFor.set(node.id, open);
    if (open === 0) order.push(node);
  }
  for (let at = 0; at < order.length; at++) {
    for (const id of dependents.get(order[at]?.id ?? "") ?? []) {
      const open = (waitingFor.get(id) ?? 0) - 1;
      waitingFor.set(id, open);
      const node = byId.get(id);
      if (open === 0 && node) order.push(node);
    }
  }
  return order;
}

/** Who waits for each node, without repetition. Every node has an entry. */
export function dependentsOf(nodes: readonly GraphNode[]): Map<string, string[]> {
  const dependents = new Map<string, string[]>(nodes.map((node) => [node.id, []]));
  for (const node of nodes) for (const id of new Set(node.dependsOn)) dependents.get(id)?.push(node.id);
  return dependents;
}

/** Nodes on the longest way from each node to an end, the node itself included: what the scheduler starts first. */
export function longestPaths(nodes: readonly GraphNode[]): Map<string, number> {
  const dependents = dependentsOf(nodes);
  const lengths = new Map<string, number>();
  for (const node of orderByDependencies(nodes).reverse()) {
    let behind = 0;
    for (const id of dependents.get(node.id) ?? []) behind = Math.max(behind, lengths.get(id) ?? 0);
    lengths.set(node.id, behind + 1);
  }
  return lengths;
}

/** The nodes in waves: each wave depends on earlier ones alone. */
export function levels(nodes: readonly GraphNode[]): string[][] {
  const level = new Map<string, number>();
  const waves: string[][] = [];
  for (const node of orderByDependencies(nodes)) {
    let depth = 0;
    for (const id of node.dependsOn) depth = Math.max(depth, (level.get(id) ?? -1) + 1);
    level.set(node.id, depth);
    const wave = waves[depth];
    if (wave) wave.push(node.id);
    else waves[depth] = [node.id];
  }
  return waves;
}

/** True for two or more nodes of which each waits for exactly the one before it. Outside dependencies do not count. */
export function isStraightChain(nodes: readonly GraphNode[]): boolean {
  if (nodes.length < 2) return false;
  const ids = new Set(nodes.map((node) => node.id));
  const inside = nodes.map((node) => ({
    id: node.id,
    dependsOn: [...new Set(node.dependsOn)].filter((id) => ids.has(id)),
  }));
  if (inside.some((node) => node.dependsOn.length > 1)) return false;
  const waves = levels(inside);
  return waves.length === nodes.length && waves.every((wave) => wave.length === 1);
}
