//! A list that grows without moving, so that growing never needs the memory twice.

use std::ops::{Index, IndexMut, Range};

/// So many items stand together.
const PAGE: usize = 256;

/// Items by index.
#[derive(Debug)]
pub(crate) struct Pages<T> {
    pages: Vec<Vec<T>>,
    len: usize,
}

impl<T> Default for Pages<T> {
    fn default() -> Self {
        Self { pages: Vec::new(), len: 0 }
    }
}

impl<T> Pages<T> {
    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn push(&mut self, item: T) {
        match self.pages.last_mut() {
            Some(last) if !self.len.is_multiple_of(PAGE) => last.push(item),
            Some(_) | None => {
                let mut page = Vec::with_capacity(PAGE);
                page.push(item);
                self.pages.push(page);
            }
        }
        self.len += 1;
    }

    /// Lets go of the items of a range, as far as they fill pages; nobody may
    /// ask for them any more. Gives the index from which on all are there.
    pub(super) fn free(&mut self, range: Range<usize>) -> usize {
        let (first, end) = (range.start.div_ceil(PAGE), range.end / PAGE);
        for page in self.pages.iter_mut().take(end).skip(first) {
            *page = Vec::new();
        }
        range.start.max(end * PAGE)
    }
}

impl<T> Index<usize> for Pages<T> {
    type Output = T;

    fn index(&self, index: usize) -> &T {
        &self.pages[index / PAGE][index % PAGE]
    }
}

impl<T> IndexMut<usize> for Pages<T> {
    fn index_mut(&mut self, index: usize) -> &mut T {
        &mut self.pages[index / PAGE][index % PAGE]
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

    #[test]
    fn whole_pages_are_let_go_of() {
        let mut pages = Pages::default();
        (0..1024).for_each(|number| pages.push(number));
        assert_eq!(pages.free(300..700), 512);
        assert_eq!((pages[511], pages[512]), (511, 512));
        assert_eq!(pages.free(512..1024), 1024);
        pages.push(1024);
        assert_eq!((pages.len(), pages[511], pages[1024]), (1025, 511, 1024));
        assert!(pages.pages[2].is_empty());
    }
}
