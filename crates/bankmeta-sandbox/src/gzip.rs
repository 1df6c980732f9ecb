//! The gzip form of a text (RFC 1952), stored without compression: what matters is
//! that a client has to undo it.

/// What one stored block can hold.
const MAX_BLOCK: usize = 0xffff;

/// `bytes` as a gzip file.
pub(crate) fn stored(bytes: &[u8]) -> Vec<u8> {
    let mut file = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
    let mut rest = bytes;
    loop {
        let (block, after) = rest.split_at(rest.len().min(MAX_BLOCK));
        let length = u16::try_from(block.len()).unwrap_or(u16::MAX);
        file.push(u8::from(after.is_empty()));
        file.extend(length.to_le_bytes());
        file.extend((!length).to_le_bytes());
        file.extend(block);
        rest = after;
        if rest.is_empty() {
            break;
        }
    }
    file.extend(crc32(bytes).to_le_bytes());
    // The length is kept modulo 2^32.
    file.extend((bytes.len() as u64).to_le_bytes().iter().take(4));
    file
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| (sum >> 1) ^ (0xedb8_8320 & (sum & 1).wrapping_neg()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_the_usual_one() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
    }

    #[test]
    fn the_file_is_laid_out_as_documented() {
        let file = stored(b"abc");
        assert_eq!(&file[..4], [0x1f, 0x8b, 8, 0]);
        assert_eq!(&file[10..18], [1, 3, 0, 0xfc, 0xff, b'a', b'b', b'c']);
        assert_eq!(&file[22..], 3_u32.to_le_bytes());
        assert_eq!(stored(&vec![7; 0x1_0000]).len(), 10 + 2 * 5 + 0x1_0000 + 8);
    }
}
