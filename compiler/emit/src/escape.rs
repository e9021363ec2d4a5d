//! Where in a text a printer has to stop, looked for in strides.

/// The bytes that a printer cannot pass over, by their value.
pub(crate) type Stops = [bool; 256];

/// So many bytes are looked at together: with more of them, more would be left
/// at the end of a text, which is short as a rule.
const STRIDE: usize = 8;

/// The controls, the quote and the backslash, and further ones, which are DEL or
/// no ASCII.
pub(crate) const fn stops(further: &[u8]) -> Stops {
    let mut stops = [false; 256];
    let mut byte = 0;
    while byte < 0x7F {
        stops[byte as usize] = !is_harmless(byte);
        byte += 1;
    }
    let mut index = 0;
    while index < further.len() {
        assert!(!is_harmless(further[index]), "what is harmless is passed over");
        stops[further[index] as usize] = true;
        index += 1;
    }
    stops
}

/// Where the first of them is. Strides without any are most of a text, and each
/// is one comparison, which the compiler makes of what stands here.
pub(crate) fn find_stop(text: &str, stops: &Stops) -> Option<usize> {
    let (strides, _) = text.as_bytes().as_chunks::<STRIDE>();
    let harmless = |stride: &&[u8; STRIDE]| stride.iter().fold(true, |all, byte| all & is_harmless(*byte));
    let passed = strides.iter().take_while(harmless).count() * STRIDE;
    let stop = text.as_bytes()[passed..].iter().position(|byte| stops[*byte as usize]);
    stop.map(|stop| passed + stop)
}

/// Whether no printer stops there.
const fn is_harmless(byte: u8) -> bool {
    (byte >= b' ') & (byte < 0x7F) & (byte != b'"') & (byte != b'\\')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_stop_is_found_wherever_it_is() {
        let stops = stops(b"\x7F\xC2");
        for length in 0..40 {
            let plain = "x".repeat(length);
            assert_eq!(find_stop(&plain, &stops), None);
            for stop in ["\n", "\"", "\\", "\u{7F}", "\u{85}"] {
                assert_eq!(find_stop(&format!("{plain}{stop}{plain}\""), &stops), Some(length));
                assert_eq!(find_stop(&format!("é{plain}{stop}"), &stops), Some(length + 2));
            }
        }
    }
}
