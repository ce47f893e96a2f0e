//! Compressed bodies, and one that grows a thousandfold when it is read.

use std::io::{Cursor, Read, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// A zip archive of one file.
pub fn zipped(name: &str, content: &[u8]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    zip.start_file(name, options).expect("a member");
    zip.write_all(content).expect("its content");
    zip.finish().expect("an archive").into_inner()
}

/// A gzip stream, made of the deflated bytes that a zip archive holds.
pub fn gzipped(content: &[u8]) -> Vec<u8> {
    let zip = zipped("x", content);
    let mut archive = ZipArchive::new(Cursor::new(zip)).expect("an archive");
    let mut member = archive.by_index_raw(0).expect("a member");
    let mut deflated = Vec::new();
    member.read_to_end(&mut deflated).expect("its bytes");
    let mut gzip = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    gzip.extend_from_slice(&deflated);
    gzip.extend_from_slice(&member.crc32().to_le_bytes());
    gzip.extend_from_slice(&(content.len() as u32).to_le_bytes());
    gzip
}

/// A gzip stream of so many zeros.
pub fn bomb(megabytes: usize) -> Vec<u8> {
    gzipped(&vec![0; megabytes << 20])
}
