//! What is reached from a point of the graph: who stops with it, and what it stands on. Pure.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use kernel::Ref;
use uuid::Uuid;

/// A service or an asset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Node {
    Service(Uuid),
    Asset(Uuid),
}

impl Node {
    pub fn reference(self) -> Ref {
        match self {
            Self::Service(id) => Ref::new("it_service", id),
            Self::Asset(id) => Ref::new("asset", id),
        }
    }

    pub fn address(self) -> String {
        match self {
            Self::Service(id) => format!("{}/{id}", super::SERVICES),
            Self::Asset(id) => format!("/varliklar/{id}"),
        }
    }
}

/// One needs the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Edge {
    pub id: Uuid,
    pub from: Node,
    pub needs: Node,
    /// Without the other it stops; otherwise it only gets worse.
    pub stops: bool,
}

/// What was reached: how many steps away, and whether every step of some way there stops the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Reached {
    pub node: Node,
    pub steps: usize,
    pub stops: bool,
}

/// Whoever needs this, directly or through others; nearest first. A circle is walked once.
pub(crate) fn affected(edges: &[Edge], start: Node) -> Vec<Reached> {
    reached(edges, start, |edge| (edge.needs, edge.from))
}

/// What this needs, directly or through others; nearest first.
pub(crate) fn needed(edges: &[Edge], start: Node) -> Vec<Reached> {
    reached(edges, start, |edge| (edge.from, edge.needs))
}

fn reached(edges: &[Edge], start: Node, way: fn(&Edge) -> (Node, Node)) -> Vec<Reached> {
    let walk = |only_stopping: bool| {
        let mut steps = BTreeMap::from([(start, 0_usize)]);
        let mut open = VecDeque::from([start]);
        while let Some(node) = open.pop_front() {
            let next = steps.get(&node).copied().unwrap_or(0) + 1;
            for edge in edges.iter().filter(|edge| edge.stops || !only_stopping) {
                let (at, to) = way(edge);
                if at == node && !steps.contains_key(&to) {
                    steps.insert(to, next);
                    open.push_back(to);
                }
            }
        }
        steps
    };
    let stopping: BTreeSet<Node> = walk(true).into_keys().collect();
    let mut all: Vec<Reached> = walk(false)
        .into_iter()
        .filter(|(node, _)| *node != start)
        .map(|(node, steps)| Reached { node, steps, stops: stopping.contains(&node) })
        .collect();
    all.sort_by_key(|one| (one.steps, !one.stops, one.node));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asset(id: u128) -> Node {
        Node::Asset(Uuid::from_u128(id))
    }

    fn edge(from: u128, needs: u128, stops: bool) -> Edge {
        Edge { id: Uuid::from_u128(from * 100 + needs), from: asset(from), needs: asset(needs), stops }
    }

    #[test]
    fn what_stops_is_told_from_what_only_gets_worse() {
        // 1 needs 2, 2 needs 3; 4 gets worse without 3, and 5 stops without 4.
        let edges = [edge(1, 2, true), edge(2, 3, true), edge(4, 3, false), edge(5, 4, true)];
        let found: Vec<_> =
            affected(&edges, asset(3)).iter().map(|one| (one.node, one.steps, one.stops)).collect();
        assert_eq!(
            found,
            [(asset(2), 1, true), (asset(4), 1, false), (asset(1), 2, true), (asset(5), 2, false)]
        );
        let found: Vec<_> = needed(&edges, asset(1)).iter().map(|one| one.node).collect();
        assert_eq!(found, [asset(2), asset(3)]);
    }

    #[test]
    fn a_second_way_that_stops_counts_and_a_circle_ends() {
        let edges = [edge(1, 2, false), edge(1, 3, true), edge(3, 2, true), edge(2, 1, true)];
        let found = affected(&edges, asset(2));
        assert!(found.iter().all(|one| one.stops), "{found:?}");
        assert_eq!(found.len(), 2);
    }
}
