//! Rows of a body: which of their parts stand below each other, and which
//! rows are set apart by empty lines.

use super::marks::Cell;

/// An entry or a comment, written but not yet put in place.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) text: String,
    /// Where each cell starts: a byte offset into the text.
    pub(super) cells: Vec<(usize, Cell)>,
    /// What the rows around must have in common with it to align.
    pub(super) run: Option<String>,
    /// Whether it takes several lines.
    pub(super) multi: bool,
    /// Whether an empty line stands before it.
    pub(super) blank: bool,
    pub(super) is_comment: bool,
    /// Whether a comment stands between it and the row before.
    pub(super) after_comment: bool,
}

impl Row {
    pub(super) fn comment(text: String, blank: bool) -> Self {
        Self {
            text,
            cells: Vec::new(),
            run: None,
            multi: false,
            blank,
            is_comment: true,
            after_comment: false,
        }
    }

    fn goes_with(&self, before: &Self) -> bool {
        self.run.is_some() && self.run == before.run && !self.multi && !before.multi
    }
}

/// Aligns the cells of neighbours that are of one sort and take one line each.
/// The first column goes on past comments, the others end there.
pub(super) fn align(rows: &mut [Row]) {
    let mut run: Vec<&mut Row> = Vec::new();
    let mut after_comment = false;
    for row in rows {
        row.after_comment = std::mem::replace(&mut after_comment, row.is_comment);
        let ends = row.blank || !row.is_comment && run.last().is_some_and(|before| !row.goes_with(before));
        if ends {
            align_column(&mut run, 0);
            run.clear();
        }
        if !row.is_comment {
            run.push(row);
        }
    }
    align_column(&mut run, 0);
}

/// Aligns the cells at one position, and those after it, in each stretch of
/// rows that have the same cell there.
fn align_column(rows: &mut [&mut Row], column: usize) {
    let mut start = 0;
    while start < rows.len() {
        let cell = cell_at(rows[start], column);
        let mut end = start + 1;
        while end < rows.len()
            && cell_at(rows[end], column) == cell
            && !(column > 0 && rows[end].after_comment)
        {
            end += 1;
        }
        if cell.is_some() {
            let stretch = &mut rows[start..end];
            let width = stretch.iter().map(|row| width_before(row, column)).max().unwrap_or_default();
            stretch.iter_mut().for_each(|row| pad(row, column, width));
            align_column(stretch, column + 1);
        }
        start = end;
    }
}

fn cell_at(row: &Row, column: usize) -> Option<Cell> {
    row.cells.get(column).map(|(_, cell)| *cell)
}

fn width_before(row: &Row, column: usize) -> usize {
    row.text[..row.cells[column].0].chars().count()
}

fn pad(row: &mut Row, column: usize, width: usize) {
    let missing = width - width_before(row, column);
    let at = row.cells[column].0;
    row.text.insert_str(at, &" ".repeat(missing));
    for (start, _) in &mut row.cells[column..] {
        *start += missing;
    }
}

/// Puts an empty line between declarations of several lines and what is around
/// them, comments that belong to them included.
pub(super) fn set_apart(rows: &mut [Row]) {
    for index in 0..rows.len() {
        if !rows[index].multi || rows[index].is_comment {
            continue;
        }
        let mut first = index;
        while first > 0 && rows[first - 1].is_comment && !rows[first].blank {
            first -= 1;
        }
        rows[first].blank = true;
        if let Some(after) = rows.get_mut(index + 1) {
            after.blank = true;
        }
    }
}

/// The rows as lines, each indented, empty lines where they belong.
pub(super) fn join(rows: &[Row], indent: usize) -> String {
    let margin = " ".repeat(indent);
    let mut out = String::new();
    for (index, row) in rows.iter().enumerate() {
        if index > 0 {
            out.push_str(if row.blank { "\n\n" } else { "\n" });
        }
        out.push_str(&margin);
        out.push_str(&row.text);
    }
    out
}
