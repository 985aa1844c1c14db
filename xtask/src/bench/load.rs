//! A load generator: connections that are kept open, each sending the next
//! request as soon as the last one was answered. Threads and plain sockets,
//! because it shares the processor with what it measures: a request costs it
//! little, and how much it cost is reported.

use crate::run;
use anyhow::{Context, Result, bail, ensure};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// What to send, how often.
pub struct Load<'a> {
    pub to: SocketAddr,
    pub connections: usize,
    /// Requests in all.
    pub requests: usize,
    /// No request is begun after this time.
    pub most: Duration,
    /// The bytes of request number n, distinct for each.
    pub request: &'a (dyn Fn(usize) -> Vec<u8> + Sync),
    /// The status that means success.
    pub expected: u16,
}

/// What came of it.
#[derive(Default)]
pub struct Outcome {
    /// Milliseconds from the first byte sent to the last received, of each request.
    pub latencies: Vec<f64>,
    /// From the first request to the last answer.
    pub elapsed: Duration,
}

impl Load<'_> {
    /// Sends all requests.
    ///
    /// # Errors
    /// When one of them is not answered with the expected status.
    pub fn send(&self) -> Result<Outcome> {
        let next = AtomicUsize::new(0);
        let begun = Instant::now();
        let each = std::thread::scope(|scope| {
            let connections: Vec<_> = (0..self.connections)
                .map(|_| scope.spawn(|| self.connection(&next, begun)))
                .collect();
            connections
                .into_iter()
                .map(|connection| match connection.join() {
                    Ok(result) => result,
                    Err(_) => bail!("a connection of the load generator panicked"),
                })
                .collect::<Result<Vec<_>>>()
        })?;
        Ok(Outcome {
            latencies: each.concat(),
            elapsed: begun.elapsed(),
        })
    }

    fn connection(&self, next: &AtomicUsize, begun: Instant) -> Result<Vec<f64>> {
        let mut stream = TcpStream::connect(self.to).context("cannot connect")?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        let mut latencies = Vec::new();
        let mut answer = Vec::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= self.requests || begun.elapsed() > self.most || run::stopping() {
                return Ok(latencies);
            }
            let request = (self.request)(number);
            let sent = Instant::now();
            stream.write_all(&request)?;
            let status = receive(&mut stream, &mut answer)?;
            latencies.push(super::figures::milliseconds(sent.elapsed()));
            ensure!(
                status == self.expected,
                "request {number} was answered with {status}: {}",
                String::from_utf8_lossy(&answer)
            );
        }
    }
}

/// Reads one whole answer; its bytes stay in `answer`.
fn receive(stream: &mut impl Read, answer: &mut Vec<u8>) -> Result<u16> {
    answer.clear();
    let mut piece = [0; 4_096];
    loop {
        let read = stream.read(&mut piece)?;
        ensure!(read > 0, "the connection was closed");
        answer.extend_from_slice(&piece[..read]);
        if let Some((status, length)) = head(answer)?
            && answer.len() >= length
        {
            return Ok(status);
        }
    }
}

/// Status and whole length of an answer whose head has arrived.
fn head(answer: &[u8]) -> Result<Option<(u16, usize)>> {
    let mut headers = [httparse::EMPTY_HEADER; 32];
    let mut response = httparse::Response::new(&mut headers);
    let httparse::Status::Complete(head) = response.parse(answer)? else {
        return Ok(None);
    };
    let status = response.code.context("an answer has a status")?;
    let length = response
        .headers
        .iter()
        .find(|header| header.name.eq_ignore_ascii_case("content-length"))
        .and_then(|header| {
            std::str::from_utf8(header.value)
                .ok()?
                .parse::<usize>()
                .ok()
        })
        .context("an answer without content-length")?;
    Ok(Some((status, head + length)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    #[test]
    fn every_request_is_sent_once_and_a_refusal_is_an_error() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let to = listener.local_addr().expect("an address");
        let server = std::thread::spawn(move || {
            let mut served = Vec::new();
            for _ in 0..2 {
                let (mut stream, _) = listener.accept().expect("a connection");
                let mut byte = [0];
                while stream.read(&mut byte).is_ok_and(|n| n == 1) {
                    served.push(byte[0]);
                    let status = if byte[0] == b'x' { 503 } else { 201 };
                    let answer = format!("HTTP/1.1 {status} S\r\nContent-Length: 2\r\n\r\nok");
                    stream.write_all(answer.as_bytes()).expect("written");
                }
            }
            served.sort_unstable();
            served
        });
        let letters = |letters: &'static [u8]| move |n: usize| vec![letters[n]];
        let load = |request: &(dyn Fn(usize) -> Vec<u8> + Sync)| {
            Load {
                to,
                connections: 1,
                requests: 3,
                most: Duration::from_secs(10),
                request,
                expected: 201,
            }
            .send()
        };
        assert_eq!(load(&letters(b"abc")).expect("sent").latencies.len(), 3);
        let refused = load(&letters(b"dxe")).err().map(|error| error.to_string());
        assert!(refused.is_some_and(|said| said.contains("503")));
        assert_eq!(server.join().expect("served"), b"abcdx");
    }

    #[test]
    fn an_answer_is_read_to_its_end() {
        let mut answer = Vec::new();
        let mut whole: &[u8] = b"HTTP/1.1 201 Created\r\ncontent-length: 5\r\n\r\nhello";
        assert_eq!(receive(&mut whole, &mut answer).expect("read"), 201);
        assert!(answer.ends_with(b"hello"));
        let mut cut: &[u8] = b"HTTP/1.1 201 Created\r\ncontent-length: 5\r\n\r\nhel";
        receive(&mut cut, &mut answer).expect_err("cut off");
    }
}
