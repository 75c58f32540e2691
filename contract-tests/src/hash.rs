//! A number for a text: the same on every machine and in every release.

/// 32-bit FNV-1a.
pub(crate) fn of(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5_u32, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn it_is_that_of_the_reference() {
        // Test vectors of the algorithm's authors.
        assert_eq!(super::of(""), 0x811c_9dc5);
        assert_eq!(super::of("a"), 0xe40c_292c);
        assert_eq!(super::of("foobar"), 0xbf9c_f968);
    }
}
