use proptest::prelude::*;

use super::*;

/// Whether linear algebra can work out a hidden entry: for every equation of
/// known sums, the unknowns are the hidden entries that are not empty. An entry
/// is given away when its unit vector lies in the span of the equations.
fn given_away(equations: &[Vec<usize>], n: &[u64], shown: &[bool]) -> Vec<usize> {
    let unknown: Vec<usize> = (0..n.len()).filter(|&i| !shown[i] && n[i] > 0).collect();
    let mut rows: Vec<Vec<f64>> = equations
        .iter()
        .map(|line| {
            let (total, parts) = line.split_last().unwrap();
            unknown
                .iter()
                .map(|i| {
                    if i == total {
                        -1.0
                    } else {
                        f64::from(u8::from(parts.contains(i)))
                    }
                })
                .collect()
        })
        .collect();
    // Reduced row echelon form: an unknown is determined exactly when it is the
    // only non-zero entry of a row.
    let mut pivot = 0;
    for column in 0..unknown.len() {
        let Some(row) = (pivot..rows.len()).find(|&r| rows[r][column].abs() > 1e-9) else {
            continue;
        };
        rows.swap(pivot, row);
        let scale = rows[pivot][column];
        rows[pivot].iter_mut().for_each(|v| *v /= scale);
        let leading = rows[pivot].clone();
        for (_, row) in rows.iter_mut().enumerate().filter(|&(r, _)| r != pivot) {
            let factor = row[column];
            for (value, lead) in row.iter_mut().zip(&leading) {
                *value -= factor * lead;
            }
        }
        pivot += 1;
    }
    rows.iter()
        .filter_map(|row| {
            let mut set = (0..row.len()).filter(|&c| row[c].abs() > 1e-9);
            let only = set.next()?;
            set.next().is_none().then_some(unknown[only])
        })
        .collect()
}

/// Whether several hidden parts of a line whose total is shown stand for fewer
/// answers than the threshold.
fn hides_too_few(line: &[usize], n: &[u64], shown: &[bool], threshold: u64) -> bool {
    let (&total, parts) = line.split_last().unwrap();
    let hidden: u64 = parts.iter().filter(|&&i| !shown[i]).map(|&i| n[i]).sum();
    shown[total] && hidden > 0 && hidden < threshold
}

fn line(cells: &[u64]) -> (bool, Vec<bool>) {
    let shown = show_line(cells, 5);
    (shown.total, shown.cells)
}

#[test]
fn small_groups_hide_and_take_a_protector_with_them() {
    let cases: [(&[u64], bool, &[bool]); 10] = [
        (&[], false, &[]),
        (&[20], true, &[true]),
        (&[4], false, &[false]),
        (&[20, 30], true, &[true, true]),
        // One hidden part would be the difference to the total.
        (&[3, 20, 30], true, &[false, false, true]),
        // Two hidden parts, but together only 4 answers.
        (&[2, 2, 20, 30], true, &[false, false, false, true]),
        // Two hidden parts of 8 answers protect each other.
        (&[4, 4, 20], true, &[false, false, true]),
        // Nobody stands behind an empty part, so it protects nobody.
        (&[0, 20, 30], true, &[false, true, true]),
        (&[0, 3, 20, 30], true, &[false, false, false, true]),
        // Of equal protectors the last is hidden.
        (&[9, 1, 9, 9], true, &[true, false, true, false]),
    ];
    for (cells, total, expected) in cases {
        assert_eq!(line(cells), (total, expected.to_vec()), "{cells:?}");
    }
}

#[test]
fn everything_hides_when_there_is_no_protector() {
    assert_eq!(line(&[2, 1]), (false, vec![false, false]));
    assert_eq!(line(&[2, 30]), (true, vec![false, false]));
}

#[test]
fn a_threshold_of_zero_or_one_hides_only_what_is_empty() {
    for threshold in [0, 1] {
        let shown = show_line(&[0, 1, 2], threshold);
        assert_eq!((shown.total, shown.cells), (true, vec![false, true, true]));
    }
}

#[test]
fn thresholds_are_five_and_eight_unless_set() {
    let default: Thresholds = serde_json::from_str("{}").unwrap();
    assert_eq!((default.figures, default.voices), (5, 8));
    assert!(default.shows_figure(5) && !default.shows_figure(4));
    assert!(default.shows_voices(8) && !default.shows_voices(7));
    let none = Thresholds {
        figures: 0,
        voices: 0,
    };
    assert!(!none.shows_figure(0) && !none.shows_voices(0));
}

#[test]
fn a_small_cell_of_a_table_takes_a_rectangle_with_it() {
    let table = show_table(&[vec![3, 20, 30], vec![20, 20, 30], vec![40, 40, 40]], 5);
    assert_eq!(
        table.cells,
        [
            [false, false, true],
            [false, false, true],
            [true, true, true]
        ]
    );
    assert!(table.total && table.row_totals.iter().all(|&shown| shown));
}

#[test]
fn a_table_of_one_row_is_a_line() {
    for cells in [
        vec![3, 20, 30],
        vec![0, 3, 20, 30],
        vec![20, 30],
        vec![2, 1],
    ] {
        let table = show_table(std::slice::from_ref(&cells), 5);
        let line = show_line(&cells, 5);
        // The column totals of one row are its cells once more, so they follow.
        assert_eq!(table.cells[0], line.cells, "{cells:?}");
        assert_eq!(table.column_totals, line.cells, "{cells:?}");
        assert_eq!(table.row_totals, [line.total], "{cells:?}");
    }
}

#[test]
fn a_bridge_between_two_rectangles_is_found() {
    // Rows and columns with two hidden cells each, and one hidden cell that joins
    // two such blocks: every line looks safe, yet that cell is the difference.
    let small = |block: bool| if block { 3 } else { 50 };
    let rows: Vec<Vec<u64>> = (0..6)
        .map(|r| {
            (0..6)
                .map(|c| small((r < 3) == (c < 3) && r % 3 < 2 && c % 3 < 2 || (r, c) == (0, 3)))
                .collect()
        })
        .collect();
    let table = show_table(&rows, 5);
    let hidden = table
        .cells
        .iter()
        .flatten()
        .filter(|&&shown| !shown)
        .count();
    assert!(hidden > 9, "{table:?}");
}

#[test]
fn an_empty_table_shows_nothing() {
    let table = show_table(&[], 5);
    assert!(!table.total && table.cells.is_empty());
    let ragged = show_table(&[vec![9], vec![9, 9]], 5);
    assert_eq!(ragged.cells, [[true, false], [true, true]]);
}

fn cell() -> impl Strategy<Value = u64> {
    prop_oneof![3 => 0_u64..9, 2 => 5_u64..60]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn no_hidden_part_of_a_line_can_be_subtracted_back(
        cells in prop::collection::vec(cell(), 1..10), threshold in 1_u64..12,
    ) {
        let shown = show_line(&cells, threshold);
        let n: Vec<u64> = cells.iter().copied().chain([cells.iter().sum()]).collect();
        let flags: Vec<bool> = shown.cells.iter().copied().chain([shown.total]).collect();
        let equation: Vec<usize> = (0..n.len()).collect();
        prop_assert!(given_away(std::slice::from_ref(&equation), &n, &flags).is_empty());
        prop_assert!(!hides_too_few(&equation, &n, &flags, threshold));
        prop_assert!(flags.iter().zip(&n).all(|(&shown, &n)| !shown || n >= threshold));
    }

    #[test]
    fn what_is_large_stays_when_nothing_is_small(
        cells in prop::collection::vec(5_u64..60, 1..10),
    ) {
        let shown = show_line(&cells, 5);
        prop_assert!(shown.total && shown.cells.iter().all(|&shown| shown));
    }

    #[test]
    fn no_hidden_cell_of_a_table_can_be_worked_out(
        cells in prop::collection::vec(prop::collection::vec(cell(), 5), 1..6),
        width in 1_usize..6,
        threshold in 1_u64..9,
    ) {
        let rows: Vec<Vec<u64>> = cells.iter().map(|row| row[..width].to_vec()).collect();
        let table = show_table(&rows, threshold);
        let (height, columns) = (rows.len() + 1, width + 1);
        let mut n = vec![0; height * columns];
        let mut shown = vec![table.total; height * columns];
        for r in 0..rows.len() {
            for c in 0..width {
                n[r * columns + c] = rows[r][c];
                n[r * columns + width] += rows[r][c];
                n[rows.len() * columns + c] += rows[r][c];
                n[rows.len() * columns + width] += rows[r][c];
                shown[r * columns + c] = table.cells[r][c];
                shown[rows.len() * columns + c] = table.column_totals[c];
            }
            shown[r * columns + width] = table.row_totals[r];
        }
        let across = (0..height).map(|r| (0..columns).map(|c| r * columns + c).collect());
        let down = (0..columns).map(|c| (0..height).map(|r| r * columns + c).collect());
        let equations: Vec<Vec<usize>> = across.chain(down).collect();
        let away = given_away(&equations, &n, &shown);
        prop_assert!(away.is_empty(), "{away:?} of {rows:?}: {table:?}");
        for line in &equations {
            prop_assert!(!hides_too_few(line, &n, &shown, threshold));
        }
        prop_assert!(shown.iter().zip(&n).all(|(&shown, &n)| !shown || n >= threshold));
    }
}
