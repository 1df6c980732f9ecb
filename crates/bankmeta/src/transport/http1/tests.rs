use super::*;

/// What came of a reply: status, body, and whether the connection can go on.
type Read = (u16, Vec<u8>, bool);

/// Feeds the pieces, then the end of the stream if nothing is whole by then.
fn read(pieces: &[&[u8]]) -> Result<Read, ErrorKind> {
    let mut reader = ReplyReader::default();
    for piece in pieces {
        if let Some(reply) = reader.push(piece).map_err(|broken| broken.kind)? {
            return Ok((reply.status, reply.body.to_vec(), reader.connection_is_reusable()));
        }
    }
    match reader.end().map_err(|broken| broken.kind)? {
        Some(reply) => Ok((reply.status, reply.body.to_vec(), reader.connection_is_reusable())),
        None => panic!("an end is either a reply or an error"),
    }
}

fn whole(text: &str) -> Result<Read, ErrorKind> {
    read(&[text.as_bytes()])
}

const SIZED: &str = "HTTP/1.1 200 OK\r\ncontent-length: 5\r\nX-Acs-Request-Id: r\r\n\r\nhello";
const CHUNKED: &str =
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n3;x=y\r\nhel\r\n2\r\nlo\r\n0\r\nTrailer: t\r\n\r\n";

#[test]
fn a_reply_may_arrive_in_any_two_pieces_or_byte_by_byte() {
    for text in [SIZED, CHUNKED] {
        let bytes = text.as_bytes();
        for cut in 0..=bytes.len() {
            let (first, second) = bytes.split_at(cut);
            assert_eq!(read(&[first, second]), Ok((200, b"hello".to_vec(), true)), "cut at {cut}");
        }
        let single: Vec<&[u8]> = bytes.chunks(1).collect();
        assert_eq!(read(&single), Ok((200, b"hello".to_vec(), true)));
    }
}

#[test]
fn a_reply_cut_anywhere_is_never_taken_for_whole() {
    for text in [SIZED, CHUNKED] {
        for cut in 0..text.len() {
            assert_eq!(whole(text.split_at(cut).0), Err(ErrorKind::ConnectionLost), "cut at {cut}");
        }
    }
}

#[test]
fn a_body_without_length_runs_to_the_end() {
    assert_eq!(whole("HTTP/1.1 500 X\r\n\r\nbody"), Ok((500, b"body".to_vec(), false)));
    assert_eq!(whole("HTTP/1.1 200 OK\r\n\r\n"), Ok((200, Vec::new(), false)));
}

#[test]
fn interim_replies_are_skipped_and_bodiless_ones_end_at_once() {
    let text = format!("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nLink: x\r\n\r\n{SIZED}");
    assert_eq!(whole(&text), Ok((200, b"hello".to_vec(), true)));
    assert_eq!(whole("HTTP/1.1 204 No Content\r\n\r\n"), Ok((204, Vec::new(), true)));
}

#[test]
fn a_connection_is_reused_only_when_it_is_in_step() {
    for text in [
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 200 OK\r\nConnection: x, Close\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok and more",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\nmore",
    ] {
        assert_eq!(whole(text), Ok((200, b"ok".to_vec(), false)), "{text}");
    }
}

#[test]
fn what_is_malformed_or_ambiguous_is_a_bad_reply() {
    for text in [
        "SSH-2.0-OpenSSH\r\n",
        "HTTP/1.1 101 Switching Protocols\r\n\r\n",
        "HTTP/1.1 999 Odd\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: +5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5, 6\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length : 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length:\r\n 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nX: a\rContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nX: a\0b\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nX\0: a\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\rContent-Length: 5\r\rhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nokXX0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n;x\r\n\r\n",
    ] {
        assert_eq!(whole(text), Err(ErrorKind::BadReply), "{text}");
    }
}

#[test]
fn limits_hold_for_every_framing() {
    let large = "x".repeat(MAX_BODY + 1);
    let sized = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{large}", large.len());
    let chunked = format!(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n{large}\r\n0\r\n\r\n",
        large.len()
    );
    let small_chunks =
        format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{}", "1\r\nx\r\n".repeat(MAX_BODY + 1));
    let endless_trailer =
        format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nt: {large}{large}");
    let long_line = format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;{}", "x".repeat(2000));
    let interim = "HTTP/1.1 102 Processing\r\n\r\n".repeat(MAX_INTERIM + 1);
    let until_close = format!("HTTP/1.1 200 OK\r\n\r\n{large}");
    let huge_length = "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999\r\n\r\n".to_owned();
    let head = format!("HTTP/1.1 200 OK\r\nX: {}", "y".repeat(MAX_HEAD));
    let headers = format!("HTTP/1.1 200 OK\r\n{}\r\n", "A: b\r\n".repeat(MAX_HEADERS + 1));
    for text in [
        sized,
        chunked,
        small_chunks,
        endless_trailer,
        until_close,
        long_line,
        interim,
        huge_length,
        head,
        headers,
    ] {
        assert_eq!(whole(&text), Err(ErrorKind::BadReply), "{}", text.split_at(60).0);
    }
    let just = "x".repeat(MAX_BODY);
    assert_eq!(
        whole(&format!("HTTP/1.1 200 OK\r\nContent-Length: {MAX_BODY}\r\n\r\n{just}")),
        Ok((200, just.into(), true))
    );
}

#[test]
fn only_the_headers_that_are_decoded_are_kept() {
    let mut reader = ReplyReader::default();
    let reply = reader.push(SIZED.as_bytes()).unwrap().unwrap();
    assert_eq!(reply.headers, [("x-acs-request-id", "r".to_owned())]);
}
