//! Bytes as text.

/// Bytes in hexadecimal, two small letters or digits each. For digests: every answer has one, every
/// row of an import two.
pub fn hexadecimal(bytes: impl AsRef<[u8]>) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let bytes = bytes.as_ref();
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_has_two_digits() {
        assert_eq!(hexadecimal([0, 1, 0x7f, 0xa0, 0xff]), "00017fa0ff");
        assert_eq!(hexadecimal([]), "");
    }
}
