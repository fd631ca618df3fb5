use std::{
    fs::File,
    io::{self, Read, Write},
};

use sha2::{Digest, Sha256};
use tokio_util::sync::CancellationToken;

use super::manifest::Member;

/// A content that is summed while it is read.
pub(super) struct Summed<R> {
    inner: R,
    sum: Sha256,
    size: u64,
}

impl<R> Summed<R> {
    pub(super) fn new(inner: R) -> Self {
        Self {
            inner,
            sum: Sha256::new(),
            size: 0,
        }
    }

    pub(super) fn size(&self) -> u64 {
        self.size
    }

    pub(super) fn member(self, path: String) -> Member {
        Member {
            path,
            size: self.size,
            sha256: hex::encode(self.sum.finalize()),
        }
    }
}

impl<R: Read> Read for Summed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.sum.update(&buffer[..read]);
        self.size += read as u64;
        Ok(read)
    }
}

/// A file that fails as soon as nobody waits for the work any more.
pub(super) struct Stoppable<'a> {
    inner: File,
    stop: &'a CancellationToken,
}

impl<'a> Stoppable<'a> {
    pub(super) fn new(inner: File, stop: &'a CancellationToken) -> Self {
        Self { inner, stop }
    }

    pub(super) fn into_inner(self) -> File {
        self.inner
    }

    fn go_on(&self) -> io::Result<()> {
        match self.stop.is_cancelled() {
            true => Err(io::Error::other("it was stopped")),
            false => Ok(()),
        }
    }
}

impl Read for Stoppable<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.go_on()?;
        self.inner.read(buffer)
    }
}

impl Write for Stoppable<'_> {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        self.go_on()?;
        self.inner.write(buffer)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}
