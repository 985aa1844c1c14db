//! Two breakdowns crossed: rows, columns and their totals.

use super::line::complement;

/// What may be shown of a table and its totals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// For each row, for each of its cells, whether it may be shown.
    pub cells: Vec<Vec<bool>>,
    /// For each row, whether its total may be shown.
    pub row_totals: Vec<bool>,
    /// For each column, whether its total may be shown.
    pub column_totals: Vec<bool>,
    /// Whether the total of everything may be shown.
    pub total: bool,
}

/// Decides what may be shown of a table of answers (for example units by months)
/// and of all its totals, at a threshold in answers (at least 1). Missing cells
/// of short rows count as empty. As for [`super::show_line`], rows and columns
/// must each be all of their totals.
///
/// Totals are decided with the cells, because a reader can ask for them in
/// another question. Each row and each column, totals included, follows the rule
/// of [`super::show_line`]; where a hidden cell could still be worked out by
/// combining several lines, more is hidden. It could be exactly when the cell is
/// a bridge of the graph whose nodes are the lines and whose edges are the hidden
/// cells (Gusfield 1988, *SIAM Journal on Computing* 17:552–571).
#[must_use]
pub fn show_table(rows: &[Vec<u64>], threshold: u64) -> Table {
    let mut grid = Grid::new(rows, threshold.max(1));
    loop {
        while grid.complement_lines() {}
        if !grid.break_a_bridge() {
            break;
        }
    }
    let (height, width) = (grid.height - 1, grid.width - 1);
    Table {
        cells: (0..height)
            .map(|r| (0..width).map(|c| grid.shown(r, c)).collect())
            .collect(),
        row_totals: (0..height).map(|r| grid.shown(r, width)).collect(),
        column_totals: (0..width).map(|c| grid.shown(height, c)).collect(),
        total: grid.shown(height, width),
    }
}

/// The table with its totals as last column and last row, so that every line,
/// the lines of totals included, obeys one equation: parts make the total.
struct Grid {
    n: Vec<u64>,
    shown: Vec<bool>,
    height: usize,
    width: usize,
    threshold: u64,
}

impl Grid {
    fn new(rows: &[Vec<u64>], threshold: u64) -> Self {
        let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
        let (height, width) = (rows.len() + 1, columns + 1);
        let mut n = vec![0_u64; height * width];
        for (r, row) in rows.iter().enumerate() {
            for (c, &cell) in row.iter().enumerate() {
                for (r, c) in [(r, c), (r, columns), (rows.len(), c), (rows.len(), columns)] {
                    n[r * width + c] += cell;
                }
            }
        }
        let shown = n.iter().map(|&n| n >= threshold).collect();
        Self {
            n,
            shown,
            height,
            width,
            threshold,
        }
    }

    fn shown(&self, row: usize, column: usize) -> bool {
        self.shown[row * self.width + column]
    }

    /// The cells of each row, then of each column; the total comes last.
    fn lines(&self) -> impl Iterator<Item = Vec<usize>> {
        let (height, width) = (self.height, self.width);
        let rows = (0..height).map(move |r| (0..width).map(|c| r * width + c).collect());
        let columns = (0..width).map(move |c| (0..height).map(|r| r * width + c).collect());
        rows.chain(columns)
    }

    /// Hides more in every line whose hidden entries do not protect each other;
    /// false when all do. (Hiding in one line can undo another.)
    fn complement_lines(&mut self) -> bool {
        let mut hid = false;
        for line in self.lines().collect::<Vec<_>>() {
            let n: Vec<u64> = line.iter().map(|&i| self.n[i]).collect();
            let mut shown: Vec<bool> = line.iter().map(|&i| self.shown[i]).collect();
            while let Some(next) = complement(&n, &shown, self.threshold) {
                shown[next] = false;
                self.shown[line[next]] = false;
                hid = true;
            }
        }
        hid
    }

    /// Hides one more cell beside the first hidden cell that several lines
    /// together give away; false when there is none.
    fn break_a_bridge(&mut self) -> bool {
        let bridges = self.bridges();
        let next = bridges.iter().find_map(|&bridge| {
            let (row, column) = (bridge / self.width, bridge % self.width);
            let beside: Vec<usize> = (0..self.width)
                .map(|c| row * self.width + c)
                .chain((0..self.height).map(|r| r * self.width + column))
                .collect();
            self.smallest_shown(&beside)
        });
        // A bridge whose row and column are hidden already is freed by hiding
        // anything else that is still shown.
        let next = next.or_else(|| {
            let all: Vec<usize> = (0..self.n.len()).collect();
            bridges.first()?;
            self.smallest_shown(&all)
        });
        if let Some(cell) = next {
            self.shown[cell] = false;
        }
        next.is_some()
    }

    /// The smallest of `cells` that is still shown; the last of equals.
    fn smallest_shown(&self, cells: &[usize]) -> Option<usize> {
        cells
            .iter()
            .rev()
            .copied()
            .filter(|&i| self.shown[i])
            .min_by_key(|&i| self.n[i])
    }

    /// Hidden cells with answers whose removal would separate the lines they
    /// join.
    fn bridges(&self) -> Vec<usize> {
        let edges: Vec<usize> = (0..self.n.len())
            .filter(|&i| !self.shown[i] && self.n[i] > 0)
            .collect();
        let mut joined = vec![Vec::new(); self.height + self.width];
        for (edge, &cell) in edges.iter().enumerate() {
            let (row, column) = (cell / self.width, self.height + cell % self.width);
            joined[row].push((column, edge));
            joined[column].push((row, edge));
        }
        let mut search = Search {
            seen_at: vec![usize::MAX; joined.len()],
            reaches: vec![usize::MAX; joined.len()],
            bridges: Vec::new(),
            clock: 0,
        };
        for line in 0..joined.len() {
            if search.seen_at[line] == usize::MAX {
                search.from(line, &joined);
            }
        }
        search.bridges.sort_unstable();
        search.bridges.into_iter().map(|edge| edges[edge]).collect()
    }
}

/// Depth-first search for bridges (Tarjan 1974, *Information Processing Letters*
/// 2:160–161), with its own stack: a table may have thousands of lines.
struct Search {
    seen_at: Vec<usize>,
    reaches: Vec<usize>,
    bridges: Vec<usize>,
    clock: usize,
}

impl Search {
    fn visit(&mut self, line: usize) {
        self.seen_at[line] = self.clock;
        self.reaches[line] = self.clock;
        self.clock += 1;
    }

    fn from(&mut self, start: usize, joined: &[Vec<(usize, usize)>]) {
        // Line, the edge that led to it, and how many of its edges are done.
        let mut path = vec![(start, usize::MAX, 0)];
        self.visit(start);
        while let Some(&mut (line, led_here, ref mut done)) = path.last_mut() {
            if let Some(&(other, edge)) = joined[line].get(*done) {
                *done += 1;
                if edge == led_here {
                    continue;
                }
                if self.seen_at[other] == usize::MAX {
                    self.visit(other);
                    path.push((other, edge, 0));
                } else {
                    self.reaches[line] = self.reaches[line].min(self.seen_at[other]);
                }
                continue;
            }
            path.pop();
            if let Some(&(parent, _, _)) = path.last() {
                self.reaches[parent] = self.reaches[parent].min(self.reaches[line]);
                if self.reaches[line] > self.seen_at[parent] {
                    self.bridges.push(led_here);
                }
            }
        }
    }
}
