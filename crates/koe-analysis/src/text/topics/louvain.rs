//! Groups of nodes of a weighted graph that hold together more than chance would have
//! it (Blondel, Guillaume, Lambiotte & Lefebvre 2008, *J. Stat. Mech.* P10008), always
//! in the same order, so that the same graph gives the same groups.

/// Edges of an undirected graph: for each node its neighbours with the weight, both
/// ways. A node's own weight inside its group may stand as an edge to itself.
pub(super) type Graph = Vec<Vec<(usize, f64)>>;

/// A gain below this is rounding.
const GAIN: f64 = 1e-9;

/// The group of each node, numbered from 0 in the order of their first nodes. Larger
/// `resolution` makes smaller groups (Reichardt & Bornholdt 2006, *Phys. Rev. E*
/// 74:016110); 1 is Newman's modularity.
pub(super) fn groups(graph: &Graph, resolution: f64) -> Vec<usize> {
    let mut of_node: Vec<usize> = (0..graph.len()).collect();
    let mut level = graph.clone();
    loop {
        let (moved, groups) = local_moves(&level, resolution);
        for group in &mut of_node {
            *group = groups[*group];
        }
        if !moved {
            return of_node;
        }
        level = condense(&level, &groups);
    }
}

/// Moves nodes to the neighbouring group that gains most until none gains.
fn local_moves(graph: &Graph, resolution: f64) -> (bool, Vec<usize>) {
    let degree: Vec<f64> = graph
        .iter()
        .map(|edges| edges.iter().map(|(_, weight)| weight).sum())
        .collect();
    let total: f64 = degree.iter().sum();
    let mut group: Vec<usize> = (0..graph.len()).collect();
    let mut within = degree.clone();
    let mut to = vec![0.0; graph.len()];
    let mut moved = false;
    let mut again = total > 0.0;
    while again {
        again = false;
        for node in 0..graph.len() {
            let own = group[node];
            let mut near = Vec::new();
            for &(other, weight) in graph[node].iter().filter(|(other, _)| *other != node) {
                let of = group[other];
                if to[of] == 0.0 {
                    near.push(of);
                }
                to[of] += weight;
            }
            within[own] -= degree[node];
            let gain =
                |of: usize, to: &[f64]| to[of] - resolution * degree[node] * within[of] / total;
            let (mut best, mut most) = (own, gain(own, &to));
            near.sort_unstable();
            for &of in &near {
                let gain = gain(of, &to);
                if gain > most + GAIN {
                    (best, most) = (of, gain);
                }
            }
            within[best] += degree[node];
            if best != own {
                group[node] = best;
                moved = true;
                again = true;
            }
            for of in near {
                to[of] = 0.0;
            }
        }
    }
    let mut number = vec![usize::MAX; graph.len()];
    let mut next = 0;
    for of in &mut group {
        if number[*of] == usize::MAX {
            number[*of] = next;
            next += 1;
        }
        *of = number[*of];
    }
    (moved, group)
}

/// The graph whose nodes are the groups.
fn condense(graph: &Graph, group: &[usize]) -> Graph {
    let many = group.iter().max().map_or(0, |most| most + 1);
    let mut condensed: Vec<std::collections::BTreeMap<usize, f64>> =
        vec![std::collections::BTreeMap::new(); many];
    for (node, edges) in graph.iter().enumerate() {
        for &(other, weight) in edges {
            *condensed[group[node]].entry(group[other]).or_default() += weight;
        }
    }
    condensed
        .into_iter()
        .map(|edges| edges.into_iter().collect())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph(nodes: usize, edges: &[(usize, usize)]) -> Graph {
        let mut graph = vec![Vec::new(); nodes];
        for &(a, b) in edges {
            graph[a].push((b, 1.0));
            graph[b].push((a, 1.0));
        }
        graph
    }

    fn modularity(graph: &Graph, group: &[usize]) -> f64 {
        let degree: Vec<f64> = graph
            .iter()
            .map(|edges| edges.iter().map(|(_, weight)| weight).sum())
            .collect();
        let total: f64 = degree.iter().sum();
        let mut sum = 0.0;
        for (a, edges) in graph.iter().enumerate() {
            let inside = edges.iter().filter(|(b, _)| group[*b] == group[a]);
            sum += inside.map(|(_, weight)| weight).sum::<f64>();
            for b in 0..graph.len() {
                if group[a] == group[b] {
                    sum -= degree[a] * degree[b] / total;
                }
            }
        }
        sum / total
    }

    #[test]
    fn the_karate_club_divides_as_published() {
        // Zachary 1977; edges as in Girvan & Newman 2002. The best modularity is 0.4198
        // (Brandes et al. 2008), and Louvain reaches 0.4188 or more.
        let edges = [
            (0, 1),
            (0, 2),
            (0, 3),
            (0, 4),
            (0, 5),
            (0, 6),
            (0, 7),
            (0, 8),
            (0, 10),
            (0, 11),
            (0, 12),
            (0, 13),
            (0, 17),
            (0, 19),
            (0, 21),
            (0, 31),
            (1, 2),
            (1, 3),
            (1, 7),
            (1, 13),
            (1, 17),
            (1, 19),
            (1, 21),
            (1, 30),
            (2, 3),
            (2, 7),
            (2, 8),
            (2, 9),
            (2, 13),
            (2, 27),
            (2, 28),
            (2, 32),
            (3, 7),
            (3, 12),
            (3, 13),
            (4, 6),
            (4, 10),
            (5, 6),
            (5, 10),
            (5, 16),
            (6, 16),
            (8, 30),
            (8, 32),
            (8, 33),
            (9, 33),
            (13, 33),
            (14, 32),
            (14, 33),
            (15, 32),
            (15, 33),
            (18, 32),
            (18, 33),
            (19, 33),
            (20, 32),
            (20, 33),
            (22, 32),
            (22, 33),
            (23, 25),
            (23, 27),
            (23, 29),
            (23, 32),
            (23, 33),
            (24, 25),
            (24, 27),
            (24, 31),
            (25, 31),
            (26, 29),
            (26, 33),
            (27, 33),
            (28, 31),
            (28, 33),
            (29, 32),
            (29, 33),
            (30, 32),
            (30, 33),
            (31, 32),
            (31, 33),
            (32, 33),
        ];
        assert_eq!(edges.len(), 78);
        let graph = graph(34, &edges);
        let found = groups(&graph, 1.0);
        let reached = modularity(&graph, &found);
        assert!(reached > 0.41, "{reached} {found:?}");
        assert_ne!(found[0], found[33]);
    }

    #[test]
    fn what_hangs_together_is_one_group_and_what_stands_alone_is_its_own() {
        let found = groups(
            &graph(7, &[(0, 1), (1, 2), (0, 2), (3, 4), (4, 5), (3, 5)]),
            1.0,
        );
        assert_eq!(found, [0, 0, 0, 1, 1, 1, 2]);
        assert_eq!(groups(&Vec::new(), 1.0), Vec::<usize>::new());
    }
}
