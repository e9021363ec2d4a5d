//! Where panels stand: a grid of 24 columns, filled line by line.
//!
//! Panels without a width of their own share lines with their like: numbers up
//! to six on a line, graphs two (three where an odd one would be left over),
//! tables alone. Every line is filled, and all of a line are equally high, so
//! that nothing overlaps and no hole is left.

use laud_plan::{Panel, PanelKind};
use serde::Serialize;

/// Columns of the grid.
pub(super) const COLUMNS: u32 = 24;

/// A place on the grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Place {
    /// Columns from the left.
    pub(super) x: u32,
    /// Units from the top.
    pub(super) y: u32,
    /// Columns wide.
    pub(super) w: u32,
    /// Units high.
    pub(super) h: u32,
}

/// The places of a row's panels from `top` on, and the first unit below them.
pub(super) fn place(panels: &[Panel], top: u32) -> (Vec<Place>, u32) {
    let mut places: Vec<Place> = Vec::with_capacity(panels.len());
    let mut line = 0;
    let (mut x, mut y) = (0, top);
    for (panel, width) in panels.iter().zip(widths(panels)) {
        if x + width > COLUMNS {
            y += level(&mut places[line..]);
            line = places.len();
            x = 0;
        }
        places.push(Place { x, y, w: width, h: height(panel.kind) });
        x += width;
    }
    y += level(&mut places[line..]);
    (places, y)
}

/// Makes all panels of a line as high as the highest, and says how high.
fn level(line: &mut [Place]) -> u32 {
    let highest = line.iter().map(|place| place.h).max().unwrap_or(0);
    for place in line {
        place.h = highest;
    }
    highest
}

fn height(kind: PanelKind) -> u32 {
    match kind {
        PanelKind::Stat => 4,
        PanelKind::Timeseries | PanelKind::Table => 8,
    }
}

/// The width of every panel: its own, or what its run of like panels gives it.
fn widths(panels: &[Panel]) -> Vec<u32> {
    let alike =
        |one: &Panel, other: &Panel| one.kind == other.kind && one.width.is_none() && other.width.is_none();
    let runs = panels.chunk_by(alike);
    runs.flat_map(|run| match run[0].width {
        Some(width) => vec![u32::from(width).clamp(1, COLUMNS)],
        None => shared(run[0].kind, run.len()),
    })
    .collect()
}

/// The widths of a run of panels of one kind.
fn shared(kind: PanelKind, count: usize) -> Vec<u32> {
    let per_line = match kind {
        PanelKind::Table => vec![1; count],
        PanelKind::Timeseries => pairs_and_a_triple(count),
        PanelKind::Stat => balanced(count, 6),
    };
    per_line.into_iter().flat_map(split).collect()
}

fn pairs_and_a_triple(count: usize) -> Vec<usize> {
    match count {
        1 => vec![1],
        odd if odd % 2 == 1 => {
            let mut lines = vec![2; odd / 2 - 1];
            lines.push(3);
            lines
        }
        even => vec![2; even / 2],
    }
}

/// As few lines as hold all, and as even as can be: seven are four and three.
fn balanced(count: usize, most: usize) -> Vec<usize> {
    let lines = count.div_ceil(most);
    (0..lines).map(|line| (count + lines - 1 - line) / lines).collect()
}

/// One line split between its panels; what is left over goes to the first.
fn split(count: usize) -> impl Iterator<Item = u32> {
    let count = u32::try_from(count).unwrap_or(COLUMNS).clamp(1, COLUMNS);
    (0..count).map(move |index| COLUMNS / count + u32::from(index < COLUMNS % count))
}

#[cfg(test)]
mod tests {
    use super::*;
    use laud_plan::{Origin, PanelUnit};
    use lean_string::LeanStr;
    use thin_vec::ThinVec;

    fn panel(kind: PanelKind, width: Option<u8>) -> Panel {
        Panel {
            title: LeanStr::default(),
            description: LeanStr::default(),
            kind,
            unit: PanelUnit::Number,
            queries: Default::default(),
            thresholds: ThinVec::new(),
            min: None,
            max: None,
            stacked: false,
            width,
            origin: Origin::default(),
        }
    }

    fn widths_of(kind: PanelKind, count: usize) -> Vec<u32> {
        widths(&vec![panel(kind, None); count])
    }

    #[test]
    fn like_panels_share_their_lines() {
        assert_eq!(widths_of(PanelKind::Stat, 4), [6, 6, 6, 6]);
        assert_eq!(widths_of(PanelKind::Stat, 5), [5, 5, 5, 5, 4]);
        assert_eq!(widths_of(PanelKind::Stat, 7), [6, 6, 6, 6, 8, 8, 8]);
        assert_eq!(widths_of(PanelKind::Timeseries, 1), [24]);
        assert_eq!(widths_of(PanelKind::Timeseries, 3), [8, 8, 8]);
        assert_eq!(widths_of(PanelKind::Timeseries, 5), [12, 12, 8, 8, 8]);
        assert_eq!(widths_of(PanelKind::Table, 2), [24, 24]);
    }

    #[test]
    fn nothing_overlaps_whatever_the_widths() {
        let kinds = [PanelKind::Stat, PanelKind::Timeseries, PanelKind::Table];
        let own = [None, Some(0), Some(3), Some(7), Some(12), Some(24), Some(200)];
        let panels: Vec<Panel> =
            (0..200).map(|i| panel(kinds[i * 7 % 11 % 3], own[i * 13 % 17 % 7])).collect();
        let (places, bottom) = place(&panels, 5);
        for (index, a) in places.iter().enumerate() {
            assert!(a.x + a.w <= COLUMNS && a.y >= 5 && a.y + a.h <= bottom);
            for b in &places[..index] {
                let apart = a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y;
                assert!(apart, "{a:?} overlaps {b:?}");
            }
        }
    }
}
