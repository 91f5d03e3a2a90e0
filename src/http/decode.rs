//! Content codings taken off a body (RFC 9110 8.4.1), with a limit that no bomb gets past. Pure.

use std::io::{self, Read};

use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};
use ruzstd::decoding::{
    StreamingDecoder,
    errors::{FrameDecoderError, ReadFrameHeaderError},
};

/// Why a body could not be decoded, and the bytes that came out before.
#[derive(Debug)]
pub(super) struct Undecoded {
    pub(super) problem: Problem,
    pub(super) so_far: Vec<u8>,
}

/// What is wrong with a coded body.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Problem {
    /// A coding that is not known here.
    Unknown(String),
    /// It is not what its coding says: which coding, and why.
    Broken(String, String),
    /// There is more than the limit allows.
    TooLarge,
}

/// How many codings may lie on top of each other.
const MOST_CODINGS: usize = 8;
/// The largest window a coded body may need (RFC 9659).
const ZSTD_WINDOW: u64 = 8 << 20;

/// Takes every coding off. `codings` are the values of `Content-Encoding` in the order they came; no body may have more than
/// `limit` bytes, on the way neither.
pub(super) fn decode<'h>(
    codings: impl Iterator<Item = &'h str>,
    body: Vec<u8>,
    limit: u64,
) -> Result<Vec<u8>, Undecoded> {
    if body.is_empty() {
        return Ok(body);
    }
    let names = codings.flat_map(|value| value.split(',')).map(|name| name.trim().to_ascii_lowercase());
    let names: Vec<String> = names.filter(|name| !name.is_empty() && name != "identity").collect();
    if names.len() > MOST_CODINGS {
        let problem = Problem::Unknown(format!("{} codings on top of each other", names.len()));
        return Err(Undecoded { problem, so_far: Vec::new() });
    }
    names.iter().rev().try_fold(body, |body, name| one(name, &body, limit))
}

fn one(name: &str, body: &[u8], limit: u64) -> Result<Vec<u8>, Undecoded> {
    let mut so_far = Vec::new();
    let read = match name {
        "gzip" | "x-gzip" => take(MultiGzDecoder::new(body), limit, &mut so_far),
        "deflate" if is_zlib(body) => take(ZlibDecoder::new(body), limit, &mut so_far),
        "deflate" => take(DeflateDecoder::new(body), limit, &mut so_far),
        "br" => take(brotli_decompressor::Decompressor::new(body, 4096), limit, &mut so_far),
        "zstd" => zstd(body, limit, &mut so_far),
        _ => return Err(Undecoded { problem: Problem::Unknown(name.to_owned()), so_far: body.to_vec() }),
    };
    let problem = match read {
        Ok(()) if so_far.len() as u64 <= limit => return Ok(so_far),
        Ok(()) => Problem::TooLarge,
        Err(error) => Problem::Broken(name.to_owned(), reason(&error)),
    };
    so_far.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Err(Undecoded { problem, so_far })
}

/// Reads one byte more than the limit allows, at most.
fn take(decoder: impl Read, limit: u64, into: &mut Vec<u8>) -> io::Result<()> {
    let left = limit.saturating_add(1).saturating_sub(into.len() as u64);
    decoder.take(left).read_to_end(into).map(|_| ())
}

/// One frame after the other, those that are to be skipped too (RFC 8878 3.1).
fn zstd(mut body: &[u8], limit: u64, into: &mut Vec<u8>) -> io::Result<()> {
    while !body.is_empty() && into.len() as u64 <= limit {
        match StreamingDecoder::new_with_max_window_size(&mut body, ZSTD_WINDOW) {
            Ok(mut frame) => {
                take(&mut frame, limit, into)?;
                let frame = frame.into_frame_decoder();
                let expected = frame.get_checksum_from_data();
                if frame.is_finished() && expected.is_some() && expected != frame.get_calculated_checksum() {
                    return Err(io::Error::other("its checksum is wrong"));
                }
            }
            Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame { length, .. })) => {
                let skipped = usize::try_from(length).ok().and_then(|length| body.get(length..));
                body = skipped.ok_or_else(|| io::Error::from(io::ErrorKind::UnexpectedEof))?;
            }
            Err(error) => return Err(io::Error::other(error)),
        }
    }
    Ok(())
}

/// `deflate` means the zlib format (RFC 9110 8.4.1.2), but some servers send what it wraps.
fn is_zlib(body: &[u8]) -> bool {
    matches!(body, [first, second, ..] if first & 0x0f == 8 && (u16::from(*first) * 256 + u16::from(*second)) % 31 == 0)
}

fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => "it ends too early".to_owned(),
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::{
        Compression,
        write::{DeflateEncoder, GzEncoder, ZlibEncoder},
    };
    use ruzstd::encoding::{CompressionLevel, compress_to_vec};

    use super::*;

    fn gzip(body: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(body).unwrap();
        encoder.finish().unwrap()
    }

    fn zlib(body: &[u8]) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(body).unwrap();
        encoder.finish().unwrap()
    }

    fn raw(body: &[u8]) -> Vec<u8> {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(body).unwrap();
        encoder.finish().unwrap()
    }

    fn zstd(body: &[u8]) -> Vec<u8> {
        compress_to_vec(body, CompressionLevel::Fastest)
    }

    /// `hello` in brotli, uncompressed.
    const BROTLI: &[u8] = &[0x0b, 0x02, 0x80, b'h', b'e', b'l', b'l', b'o', 0x03];

    #[test]
    fn every_coding_and_stacks_of_them_are_taken_off() {
        let skipped = [&[0x50, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 9, 9][..], &zstd(b"hel"), &zstd(b"lo")].concat();
        let cases: Vec<(&[&str], Vec<u8>)> = vec![
            (&[], b"hello".to_vec()),
            (&["identity"], b"hello".to_vec()),
            (&["gzip"], gzip(b"hello")),
            (&["X-GZIP"], gzip(b"hello")),
            (&["gzip"], [gzip(b"hel"), gzip(b"lo")].concat()),
            (&["deflate"], zlib(b"hello")),
            (&["deflate"], raw(b"hello")),
            (&["br"], BROTLI.to_vec()),
            (&["zstd"], zstd(b"hello")),
            (&["zstd"], skipped),
            (&["deflate, gzip"], gzip(&zlib(b"hello"))),
            (&["zstd", "identity, gzip"], gzip(&zstd(b"hello"))),
        ];
        for (codings, body) in cases {
            assert_eq!(decode(codings.iter().copied(), body, 100).unwrap(), b"hello", "{codings:?}");
        }
    }

    #[test]
    fn nothing_is_nothing_in_every_coding() {
        for coding in ["gzip", "br", "unknown"] {
            assert!(decode([coding].into_iter(), Vec::new(), 9).unwrap().is_empty());
        }
    }

    #[test]
    fn a_body_that_is_not_what_it_says_is_broken() {
        let cut = |mut body: Vec<u8>, by| {
            body.truncate(body.len() - by);
            body
        };
        let cases = [
            ("gzip", b"hello".to_vec()),
            ("gzip", cut(gzip(b"hello"), 9)),
            ("gzip", cut(gzip(b"hello"), 1)),
            ("gzip", [gzip(b"hello"), b"junk".to_vec()].concat()),
            ("deflate", vec![0xff; 9]),
            ("deflate", cut(zlib(b"hello"), 1)),
            ("br", b"hello hello".to_vec()),
            ("br", BROTLI[..6].to_vec()),
            ("zstd", b"hello".to_vec()),
            ("zstd", cut(zstd(b"hello"), 3)),
            ("zstd", vec![0x50, 0x2a, 0x4d, 0x18, 0xff, 0xff, 0xff, 0xff]),
        ];
        for (coding, body) in cases {
            let problem = decode([coding].into_iter(), body, 100).unwrap_err().problem;
            assert!(matches!(&problem, Problem::Broken(name, _) if name == coding), "{coding}: {problem:?}");
        }
    }

    #[test]
    fn a_coding_that_nobody_knows_is_named() {
        let undecoded = decode(["snappy"].into_iter(), b"x".to_vec(), 9).unwrap_err();
        assert_eq!(undecoded.problem, Problem::Unknown("snappy".to_owned()));
        let many = vec!["gzip"; 9];
        assert!(matches!(decode(many.into_iter(), b"x".to_vec(), 9).unwrap_err().problem, Problem::Unknown(_)));
    }

    #[test]
    fn a_bomb_is_stopped_at_the_limit() {
        let zeros = vec![0; 3 << 20];
        for (coding, body) in [("gzip", gzip(&zeros)), ("deflate", zlib(&zeros)), ("zstd", zstd(&zeros))] {
            assert!(decode([coding].into_iter(), body.clone(), 3 << 20).is_ok());
            let undecoded = decode([coding].into_iter(), body, (3 << 20) - 1).unwrap_err();
            assert_eq!((undecoded.problem, undecoded.so_far.len()), (Problem::TooLarge, (3 << 20) - 1));
        }
    }
}
