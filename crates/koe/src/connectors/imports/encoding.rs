//! Which encoding a text file has, and reading it as UTF-8. The whole stream is validated;
//! where bytes can be read in two ways, a person is asked.

use std::io::{self, Read};

use encoding_rs::{CoderResult, DecoderResult, Encoding};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The encodings that files come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FileEncoding {
    /// UTF-8, with or without a byte order mark.
    Utf8,
    /// UTF-16, little-endian.
    Utf16Le,
    /// UTF-16, big-endian.
    Utf16Be,
    /// Shift_JIS as Windows writes it (CP932).
    ShiftJis,
    /// EUC-JP.
    EucJp,
    /// Windows-1252 (Western European).
    Windows1252,
}

impl FileEncoding {
    fn library(self) -> &'static Encoding {
        match self {
            Self::Utf8 => encoding_rs::UTF_8,
            Self::Utf16Le => encoding_rs::UTF_16LE,
            Self::Utf16Be => encoding_rs::UTF_16BE,
            Self::ShiftJis => encoding_rs::SHIFT_JIS,
            Self::EucJp => encoding_rs::EUC_JP,
            Self::Windows1252 => encoding_rs::WINDOWS_1252,
        }
    }
}

/// All of them, as people call them.
pub const ENCODINGS: &str = "UTF-8, UTF-16, Shift_JIS (CP932), EUC-JP, Windows-1252";

/// What the bytes of a file say about its encoding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Detected {
    /// The likeliest.
    pub encoding: FileEncoding,
    /// Whether there is no doubt. Without it a person chooses among `possible`.
    pub certain: bool,
    /// Every encoding the whole file can be read in, likeliest first.
    pub possible: Vec<FileEncoding>,
}

impl Detected {
    /// What leaves no doubt.
    pub fn certainly(encoding: FileEncoding) -> Self {
        Self {
            encoding,
            certain: true,
            possible: vec![encoding],
        }
    }
}

/// Reads the whole stream and tells its encoding; `None` when it is no text at all.
///
/// # Errors
/// When the stream cannot be read.
pub fn detect(mut stream: impl Read) -> io::Result<Option<Detected>> {
    let certain = |encoding| Some(Detected::certainly(encoding));
    let mut buffer = vec![0; 64 * 1024];
    let mut trials = [
        Trial::new(FileEncoding::Utf8),
        Trial::new(FileEncoding::ShiftJis),
        Trial::new(FileEncoding::EucJp),
        Trial::new(FileEncoding::Windows1252),
    ];
    let mut first = true;
    let mut ascii = true;
    loop {
        let read = stream.read(&mut buffer)?;
        let piece = &buffer[..read];
        if first {
            match piece {
                [0xEF, 0xBB, 0xBF, ..] => trials[0].marked = true,
                // UTF-32, which nobody writes on purpose.
                [0xFF, 0xFE, 0, 0, ..] => return Ok(None),
                [0xFF, 0xFE, ..] => return Ok(certain(FileEncoding::Utf16Le)),
                [0xFE, 0xFF, ..] => return Ok(certain(FileEncoding::Utf16Be)),
                _ if piece.contains(&0) => return detect_wide(piece.chain(stream)),
                _ => {}
            }
            first = false;
        }
        // Escape sequences are those of ISO-2022-JP.
        if piece.contains(&0) || piece.windows(2).any(|pair| pair == b"\x1b$") {
            return Ok(None);
        }
        ascii &= piece.is_ascii();
        // As long as there is nothing else, it says the same in all of them.
        if ascii && read > 0 {
            continue;
        }
        for trial in &mut trials {
            trial.take(piece, read == 0);
        }
        if read == 0 {
            break;
        }
    }
    let [utf8, shift_jis, euc_jp, western] = &trials;
    if utf8.valid && (ascii || utf8.marked || utf8.beyond > 0) {
        return Ok(certain(FileEncoding::Utf8));
    }
    let mut possible: Vec<&Trial> = [shift_jis, euc_jp, western]
        .into_iter()
        .filter(|trial| trial.valid)
        .collect();
    // Kana that make up much of what is not ASCII are no accident of another encoding.
    possible.sort_by_key(|trial| std::cmp::Reverse(trial.likelihood()));
    let Some(best) = possible.first() else {
        return Ok(None);
    };
    // Letters of several bytes stand in no Western text: it is UTF-8 with a damaged place, and
    // reading it will say so.
    if best.encoding == FileEncoding::Windows1252 && utf8.beyond >= FEW_LETTERS {
        return Ok(certain(FileEncoding::Utf8));
    }
    let rivals = possible[1..]
        .iter()
        .any(|trial| trial.encoding != FileEncoding::Windows1252 && trial.likelihood() > 0);
    let japanese = best.encoding != FileEncoding::Windows1252;
    Ok(Some(Detected {
        encoding: best.encoding,
        certain: japanese && best.likelihood() >= 20 && !rivals,
        possible: possible.iter().map(|trial| trial.encoding).collect(),
    }))
}

/// Tells the order of the bytes of UTF-16 that does not say it: in the right one lines end, in the
/// other one their ends are signs that nobody uses.
fn detect_wide(mut stream: impl Read) -> io::Result<Option<Detected>> {
    let mut trials = [
        Trial::new(FileEncoding::Utf16Le),
        Trial::new(FileEncoding::Utf16Be),
    ];
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let read = stream.read(&mut buffer)?;
        for trial in &mut trials {
            trial.take(&buffer[..read], read == 0);
        }
        if read == 0 {
            break;
        }
    }
    let mut possible: Vec<&Trial> = trials.iter().filter(|trial| trial.is_words()).collect();
    possible.sort_by_key(|trial| std::cmp::Reverse((trial.line_ends, trial.plain)));
    let Some(best) = possible.first() else {
        return Ok(None);
    };
    let rivals = possible[1..].iter().any(|trial| trial.line_ends > 0);
    Ok(Some(Detected {
        encoding: best.encoding,
        certain: best.line_ends > 0 && !rivals,
        possible: possible.iter().map(|trial| trial.encoding).collect(),
    }))
}

/// So many letters beyond ASCII that are right in UTF-8 are no accident of another encoding.
const FEW_LETTERS: u64 = 3;

/// One encoding tried on the whole stream.
struct Trial {
    encoding: FileEncoding,
    decoder: encoding_rs::Decoder,
    valid: bool,
    marked: bool,
    /// Characters that are not ASCII, and how many of them are full-width kana.
    beyond: u64,
    kana: u64,
    /// Other characters of ASCII: ends of lines, those one can see and blanks, and control
    /// characters, of which text has hardly any, with those that are zero.
    line_ends: u64,
    plain: u64,
    controls: u64,
    zeros: u64,
}

impl Trial {
    fn new(encoding: FileEncoding) -> Self {
        Self {
            encoding,
            decoder: encoding.library().new_decoder_without_bom_handling(),
            valid: true,
            marked: false,
            beyond: 0,
            kana: 0,
            line_ends: 0,
            plain: 0,
            controls: 0,
            zeros: 0,
        }
    }

    fn take(&mut self, mut bytes: &[u8], last: bool) {
        let mut text = String::with_capacity(256 * 1024);
        while self.valid {
            text.clear();
            let (result, read) = self
                .decoder
                .decode_to_string_without_replacement(bytes, &mut text, last);
            for character in text.chars() {
                match character {
                    '\n' | '\r' => self.line_ends += 1,
                    '\0' => self.zeros += 1,
                    '\t' | ' '..='~' => self.plain += 1,
                    ..='\x7f' => self.controls += 1,
                    '\u{3041}'..='\u{30fc}' => {
                        self.beyond += 1;
                        self.kana += 1;
                    }
                    _ => self.beyond += 1,
                }
            }
            bytes = &bytes[read..];
            match result {
                DecoderResult::InputEmpty => return,
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(..) => self.valid = false,
            }
        }
    }

    /// Whether what was read may be words: with lines, or most of it plain, and nothing that only
    /// machines write.
    fn is_words(&self) -> bool {
        let all = self.line_ends + self.plain + self.controls + self.beyond;
        self.valid
            && self.zeros == 0
            && self.controls * 100 <= all
            && (self.line_ends > 0 || self.plain * 2 > all)
    }

    /// Percent of full-width kana among what is not ASCII.
    fn likelihood(&self) -> u64 {
        (self.kana * 100).checked_div(self.beyond).unwrap_or(0)
    }
}

/// A stream as UTF-8, without its byte order mark. Bytes that the encoding does not know end
/// it with an error.
pub struct Decoding<R> {
    inner: R,
    decoder: encoding_rs::Decoder,
    raw: Vec<u8>,
    filled: usize,
    out: Vec<u8>,
    given: usize,
    ended: bool,
}

impl<R: Read> Decoding<R> {
    /// Reads `inner`, which is in `encoding`.
    pub fn new(inner: R, encoding: FileEncoding) -> Self {
        Self {
            inner,
            decoder: encoding.library().new_decoder_with_bom_removal(),
            raw: vec![0; 64 * 1024],
            filled: 0,
            out: Vec::new(),
            given: 0,
            ended: false,
        }
    }

    fn refill(&mut self) -> io::Result<()> {
        self.out.clear();
        self.given = 0;
        while self.out.is_empty() && !self.ended {
            let read = self.inner.read(&mut self.raw[self.filled..])?;
            self.filled += read;
            let last = read == 0;
            self.out.resize(256 * 1024, 0);
            let (result, used, written) = self.decoder.decode_to_utf8_without_replacement(
                &self.raw[..self.filled],
                &mut self.out,
                last,
            );
            self.out.truncate(written);
            self.raw.copy_within(used..self.filled, 0);
            self.filled -= used;
            match result {
                DecoderResult::Malformed(..) => {
                    return Err(io::Error::new(
                        io::ErrorKind::InvalidData,
                        "the file holds bytes that its encoding does not know",
                    ));
                }
                DecoderResult::InputEmpty => self.ended = last,
                DecoderResult::OutputFull => {}
            }
        }
        Ok(())
    }
}

impl<R: Read> Read for Decoding<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.given == self.out.len() {
            self.refill()?;
        }
        let length = buffer.len().min(self.out.len() - self.given);
        buffer[..length].copy_from_slice(&self.out[self.given..self.given + length]);
        self.given += length;
        Ok(length)
    }
}

/// Text in an encoding, for tests and for files that Japanese Excel opens.
pub fn encode(text: &str, encoding: FileEncoding) -> Option<Vec<u8>> {
    let library = encoding.library();
    if library.output_encoding() != library {
        // The library writes no UTF-16.
        let units = text.encode_utf16();
        return Some(match encoding {
            FileEncoding::Utf16Be => units.flat_map(u16::to_be_bytes).collect(),
            _ => units.flat_map(u16::to_le_bytes).collect(),
        });
    }
    let mut encoder = library.new_encoder();
    let mut out = vec![0; encoder.max_buffer_length_from_utf8_if_no_unmappables(text.len())?];
    let (result, _, written, unmappable) = encoder.encode_from_utf8(text, &mut out, true);
    if unmappable || result == CoderResult::OutputFull {
        return None;
    }
    out.truncate(written);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8], encoding: FileEncoding) -> io::Result<String> {
        let mut text = String::new();
        Decoding::new(bytes, encoding).read_to_string(&mut text)?;
        Ok(text)
    }

    #[test]
    fn japanese_files_are_told_apart() {
        let text = "店舗,感想\n東京,スタッフがとても親切でした\n大阪,ちょっと待たされた\n";
        for encoding in [
            FileEncoding::Utf8,
            FileEncoding::ShiftJis,
            FileEncoding::EucJp,
        ] {
            let bytes = encode(text, encoding).expect("encodable");
            let detected = detect(&bytes[..]).expect("read").expect("text");
            assert_eq!((detected.encoding, detected.certain), (encoding, true));
            assert_eq!(read(&bytes, encoding).expect("read"), text);
        }
        let marked = [b"\xef\xbb\xbf".as_slice(), text.as_bytes()].concat();
        assert_eq!(read(&marked, FileEncoding::Utf8).expect("read"), text);
        let mut wide = vec![0xFF, 0xFE];
        wide.extend(encode(text, FileEncoding::Utf16Le).expect("encodable"));
        let detected = detect(&wide[..]).expect("read").expect("text");
        assert_eq!(detected.encoding, FileEncoding::Utf16Le);
        assert_eq!(read(&wide, FileEncoding::Utf16Le).expect("read"), text);
    }

    #[test]
    fn utf_16_without_a_mark_is_told_by_the_ends_of_its_lines() {
        let japanese = "店舗,感想\r\n東京,一番　良い店。最高\r\n";
        let long = format!("a,b\n{}", "1,日本\n".repeat(50_000));
        for text in [japanese, "a,b\n1,2\n", &long] {
            for encoding in [FileEncoding::Utf16Le, FileEncoding::Utf16Be] {
                let bytes = encode(text, encoding).expect("encodable");
                let detected = detect(&bytes[..]).expect("read").expect("text");
                assert_eq!(detected.encoding, encoding, "{text:.20}");
                assert!(detected.certain, "{detected:?}");
                assert_eq!(read(&bytes, encoding).expect("read"), text);
            }
        }
        // One line alone does not end; what it says is no proof.
        let line = encode("a,b", FileEncoding::Utf16Be).expect("encodable");
        let detected = detect(&line[..]).expect("read").expect("text");
        assert_eq!(detected.encoding, FileEncoding::Utf16Be);
        assert!(!detected.certain);
        let odd = [b"a\0\n\0".as_slice(), b"b"].concat();
        let wide: Vec<u8> = "a,b\n1\n"
            .chars()
            .flat_map(|c| u32::from(c).to_le_bytes())
            .collect();
        for (name, bytes) in [
            ("half a character", odd),
            ("UTF-32", wide),
            ("a stray zero", b"id,name\n1,a\0b\n2,c\n".to_vec()),
            (
                "a picture",
                b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\x01\0".to_vec(),
            ),
        ] {
            assert_eq!(detect(&bytes[..]).expect("read"), None, "{name}");
        }
    }

    #[test]
    fn bytes_that_can_be_read_in_two_ways_are_asked_about() {
        let french = encode(
            "nom,avis\nJosé,résumé agréable\n",
            FileEncoding::Windows1252,
        );
        let detected = detect(&french.expect("encodable")[..])
            .expect("read")
            .expect("text");
        assert!(!detected.certain, "{detected:?}");
        assert!(detected.possible.contains(&FileEncoding::Windows1252));
    }

    #[test]
    fn binary_files_are_no_text_and_broken_bytes_end_the_stream() {
        assert_eq!(detect(&b"PK\x03\x04\x00\x00"[..]).expect("read"), None);
        let broken = [b"a,b\n".as_slice(), &[0xE3, 0x81], b"\n1,2\n"].concat();
        assert!(read(&broken, FileEncoding::Utf8).is_err());
        let long = "あ".repeat(200_000);
        assert_eq!(
            read(long.as_bytes(), FileEncoding::Utf8).expect("read"),
            long
        );
        let ascii = detect(&b"a,b\n1,2\n"[..]).expect("read").expect("text");
        assert!(ascii.certain);
    }
}
