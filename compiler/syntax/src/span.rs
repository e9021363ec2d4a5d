//! Where something stands: a file and a half-open range of its bytes.

use crate::packed;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::ops::Range;

/// A file of the compilation, by its index in [`Sources`](crate::Sources).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

impl FileId {
    /// The last that there can be; a program has fewer files.
    pub const LAST: Self = Self((1 << FILE_BITS) - 1);
}

/// A half-open byte range of one file. Small and `Copy`; lines and columns
/// exist only when something is shown.
///
/// A tree has one in every part, and is as large as they are: eight bytes hold
/// 14 bits of the file, 25 of the first byte and 25 of the byte after the last,
/// from high to low, so that spans compare as these do.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    // Two halves, and not one number, which would have to stand at a multiple of eight.
    high: u32,
    low: u32,
}

const FILE_BITS: u32 = 14;
const OFFSET_BITS: u32 = 25;

impl Span {
    /// The largest offset of a byte, 32 MiB; a text that is parsed is shorter.
    pub const LAST: u32 = (1 << OFFSET_BITS) - 1;

    /// The range `start..end` of `file`. What is larger than can be is as large as can be.
    pub const fn new(file: FileId, start: u32, end: u32) -> Self {
        const fn least(a: u32, b: u32) -> u64 {
            (if a < b { a } else { b }) as u64
        }
        let file = least(file.0, FileId::LAST.0) << (2 * OFFSET_BITS);
        let bits = file | least(start, Self::LAST) << OFFSET_BITS | least(end, Self::LAST);
        Self { high: (bits >> 32) as u32, low: bits as u32 }
    }

    const fn bits(self) -> u64 {
        (self.high as u64) << 32 | self.low as u64
    }

    /// The span as two numbers, for where it must pass as numbers.
    pub const fn halves(self) -> (u32, u32) {
        (self.high, self.low)
    }

    /// The span of which these are the [`halves`](Self::halves).
    pub const fn from_halves(high: u32, low: u32) -> Self {
        Self { high, low }
    }

    /// The file.
    pub const fn file(self) -> FileId {
        FileId((self.bits() >> (2 * OFFSET_BITS)) as u32)
    }

    /// Byte offset of the first byte.
    pub const fn start(self) -> u32 {
        (self.bits() >> OFFSET_BITS) as u32 & Self::LAST
    }

    /// Byte offset after the last byte.
    pub const fn end(self) -> u32 {
        self.low & Self::LAST
    }

    /// The range `start..end` of the same file.
    #[must_use]
    pub const fn with(self, start: u32, end: u32) -> Self {
        Self::new(self.file(), start, end)
    }

    /// From another start to the end of this span.
    #[must_use]
    pub const fn with_start(self, start: u32) -> Self {
        self.with(start, self.end())
    }

    /// From the start of this span to another end.
    #[must_use]
    pub const fn with_end(self, end: u32) -> Self {
        self.with(self.start(), end)
    }

    /// From the start of this span to the end of `other`, which is of the same file.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        self.with_end(other.end().max(self.end()))
    }

    /// The empty span just before this one.
    #[must_use]
    pub const fn at_start(self) -> Self {
        self.with_end(self.start())
    }

    /// The empty span just after this one.
    #[must_use]
    pub const fn at_end(self) -> Self {
        self.with_start(self.end())
    }

    /// The range, to index the file's text with.
    pub const fn range(self) -> Range<usize> {
        self.start() as usize..self.end() as usize
    }

    /// Whether another span lies in this one, of the same file.
    pub const fn contains(self, other: Self) -> bool {
        self.file().0 == other.file().0 && self.start() <= other.start() && other.end() <= self.end()
    }

    /// Whether the byte offset lies in the span or right after it.
    pub const fn touches(self, offset: u32) -> bool {
        self.start() <= offset && offset <= self.end()
    }
}

impl Serialize for Span {
    /// Without the file, which is that of the tree.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (self.start(), self.end() - self.start()).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (start, length) = <(u32, u32)>::deserialize(deserializer)?;
        Ok(Self::new(packed::file(), start, start.saturating_add(length)))
    }
}

impl std::fmt::Debug for Span {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}..{}", self.file().0, self.start(), self.end())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_what_it_was_made_of() {
        let last = Span::new(FileId::LAST, Span::LAST, Span::LAST);
        for (file, start, end) in [(0, 0, 0), (1, 2, 3), (16_383, 127, 128), (5, Span::LAST - 1, Span::LAST)]
        {
            let span = Span::new(FileId(file), start, end);
            assert_eq!((span.file(), span.start(), span.end()), (FileId(file), start, end));
            assert!(span < last);
        }
        assert_eq!(Span::new(FileId(u32::MAX), u32::MAX, u32::MAX), last);
        assert_eq!((last.file(), last.start(), last.end()), (FileId::LAST, Span::LAST, Span::LAST));
    }

    #[test]
    fn spans_compare_by_file_then_start_then_end() {
        let places = [(0, 0, 9), (0, 1, 1), (0, 1, 2), (1, 0, 0), (1, 200, 300), (2, 1, 2)];
        let spans = places.map(|(file, start, end)| Span::new(FileId(file), start, end));
        assert!(spans.is_sorted());
    }
}
