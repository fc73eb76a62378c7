//! What depends on what, in an order in which dependencies come first; without recursion, as schemas may be deep.

/// The strongly connected parts of a graph of `len` nodes, dependencies first. A part of several nodes is a cycle; a part of one
/// node is one if the node depends on itself.
#[must_use]
pub fn parts(len: usize, edges: &[Vec<usize>]) -> Vec<Vec<usize>> {
    // Tarjan's algorithm with its own stack. An index of 0 means that the node was not met.
    let mut walk = Walk {
        index: vec![0; len],
        low: vec![0; len],
        open: vec![false; len],
        path: Vec::new(),
        next: 1,
    };
    let mut parts = Vec::new();
    let mut stack: Vec<(usize, usize)> = Vec::new();
    for root in 0..len {
        if walk.index[root] != 0 {
            continue;
        }
        walk.enter(root);
        stack.push((root, 0));
        while let Some((node, edge)) = stack.last_mut() {
            let node = *node;
            if let Some(&target) = edges.get(node).and_then(|edges| edges.get(*edge)) {
                *edge += 1;
                if target >= len {
                    continue;
                }
                if walk.index[target] == 0 {
                    walk.enter(target);
                    stack.push((target, 0));
                } else if walk.open[target] {
                    walk.low[node] = walk.low[node].min(walk.index[target]);
                }
                continue;
            }
            stack.pop();
            if let Some((parent, _)) = stack.last() {
                walk.low[*parent] = walk.low[*parent].min(walk.low[node]);
            }
            if walk.low[node] == walk.index[node] {
                parts.push(walk.leave(node));
            }
        }
    }
    parts
}

/// Whether a part is a cycle.
#[must_use]
pub fn is_cycle(part: &[usize], edges: &[Vec<usize>]) -> bool {
    match part {
        [node] => edges.get(*node).is_some_and(|edges| edges.contains(node)),
        _ => true,
    }
}

struct Walk {
    index: Vec<usize>,
    low: Vec<usize>,
    open: Vec<bool>,
    path: Vec<usize>,
    next: usize,
}

impl Walk {
    fn enter(&mut self, node: usize) {
        self.index[node] = self.next;
        self.low[node] = self.next;
        self.open[node] = true;
        self.path.push(node);
        self.next += 1;
    }

    /// Takes the part that begins at `node` off the path.
    fn leave(&mut self, node: usize) -> Vec<usize> {
        let mut part = Vec::new();
        while let Some(member) = self.path.pop() {
            self.open[member] = false;
            part.push(member);
            if member == node {
                break;
            }
        }
        part.reverse();
        part
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dependencies_come_first_and_cycles_together() {
        let edges = [vec![1, 2], vec![2], vec![3], vec![2], vec![4], vec![]];
        assert_eq!(parts(6, &edges), [vec![2, 3], vec![1], vec![0], vec![4], vec![5]]);
        assert!(is_cycle(&[2, 3], &edges));
        assert!(is_cycle(&[4], &edges));
        assert!(!is_cycle(&[5], &edges));
    }

    #[test]
    fn a_long_chain_takes_no_stack() {
        let edges: Vec<Vec<usize>> = (0..200_000).map(|node| vec![node + 1]).collect();
        assert_eq!(parts(200_000, &edges).len(), 200_000);
    }
}
