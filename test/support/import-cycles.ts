type Graph = ReadonlyMap<string, readonly string[]>;

/** The groups of nodes that lead to each other, by Tarjan's algorithm; a node that leads to itself is a group, too. */
export function cyclesIn(graph: Graph): readonly (readonly string[])[] {
  const order = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const onStack = new Set<string>();
  const cycles: string[][] = [];

  function visit(node: string): void {
    order.set(node, order.size);
    low.set(node, order.get(node) ?? 0);
    stack.push(node);
    onStack.add(node);
    for (const next of graph.get(node) ?? []) {
      if (!graph.has(next)) continue;
      if (!order.has(next)) visit(next);
      if (onStack.has(next)) low.set(node, Math.min(low.get(node) ?? 0, low.get(next) ?? 0));
    }
    if (low.get(node) !== order.get(node)) return;
    const group = stack.splice(stack.indexOf(node));
    for (const each of group) onStack.delete(each);
    if (group.length > 1 || graph.get(node)?.includes(node)) cycles.push(group);
  }

  for (const node of graph.keys()) if (!order.has(node)) visit(node);
  return cycles;
}
