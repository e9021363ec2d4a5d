//! A list that grows without moving, so that growing never needs the memory twice.

use std::ops::{Index, IndexMut};

/// So many items stand together.
const PAGE: usize = 256;

/// Items by index.
#[derive(Debug)]
pub(crate) struct Pages<T>(Vec<Vec<T>>);

impl<T> Default for Pages<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Pages<T> {
    pub(super) fn len(&self) -> usize {
        self.0.last().map_or(0, |last| (self.0.len() - 1) * PAGE + last.len())
    }

    pub(super) fn push(&mut self, item: T) {
        match self.0.last_mut() {
            Some(last) if last.len() < PAGE => last.push(item),
            Some(_) | None => {
                let mut page = Vec::with_capacity(PAGE);
                page.push(item);
                self.0.push(page);
            }
        }
    }
}

impl<T> Index<usize> for Pages<T> {
    type Output = T;

    fn index(&self, index: usize) -> &T {
        &self.0[index / PAGE][index % PAGE]
    }
}

impl<T> IndexMut<usize> for Pages<T> {
    fn index_mut(&mut self, index: usize) -> &mut T {
        &mut self.0[index / PAGE][index % PAGE]
    }
}

#[cfg(test)]
mod tests {
    use super::Pages;

    #[test]
    fn holds_what_was_pushed() {
        let mut pages = Pages::default();
        assert_eq!(pages.len(), 0);
        for number in 0..1000 {
            pages.push(number);
        }
        pages[700] = 7;
        assert_eq!(
            (pages.len(), pages[0], pages[255], pages[256], pages[700], pages[999]),
            (1000, 0, 255, 256, 7, 999)
        );
    }
}
