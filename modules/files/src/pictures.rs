//! What becomes of an uploaded picture: decided by content, decoded within a budget of memory, scaled
//! and encoded anew.
//!
//! In steps, so that nothing is allocated by what a file claims: [`read`] says what the picture
//! needs, [`Decoders`] gives room for it, [`derivatives::make`] does the work.

mod budget;
mod derivatives;
mod exif;
#[cfg(test)]
mod fixture_tests;
mod header;
mod jpeg_file;
mod jpeg_reader;
mod jpeg_segments;
#[cfg(test)]
mod memory_tests;
#[cfg(test)]
mod need_tests;
mod png_file;
mod profile;
#[cfg(test)]
mod profile_tests;
mod progressive_jpeg;
#[cfg(test)]
mod progressive_tests;
mod reduce;
#[cfg(test)]
mod test_files;
mod webp_alpha;
mod webp_file;

use image::ImageFormat;

use crate::{
    error::{FileError, bad},
    key::hash,
};
use budget::{Decoders, QueueSlot};
use header::Header;

pub use derivatives::Derivative;

const MAX_BYTES: usize = 8 * 1024 * 1024;
/// A picture is first divided into cells of which the longest side has at least so many: the sums
/// of larger cells have no room in 32 bits.
const LEAST_CELLS: u32 = 16;

/// Makes pictures smaller. All that one of these works on at the same time have 150 MiB of memory
/// together, whatever their number and size.
pub struct Pictures {
    decoders: Decoders,
}

/// A file in memory that has a place in the queue until it is worked on or dropped.
pub struct Admitted {
    bytes: Vec<u8>,
    place: QueueSlot,
}

impl Admitted {
    /// SHA-256 in lower-case hexadecimal digits: by it the same file is known when it comes again.
    pub fn hash(&self) -> String {
        hash(&self.bytes)
    }
}

impl Pictures {
    /// Decodes so many at the same time.
    pub fn new(concurrency: usize) -> Self {
        Self {
            decoders: Decoders::new(concurrency),
        }
    }

    /// A place in the queue, for a file of at most 8 MiB. `Unavailable` if 64 MiB are waiting.
    pub fn admit(&self, bytes: Vec<u8>) -> Result<Admitted, FileError> {
        if bytes.len() > MAX_BYTES {
            return Err(bad("at most 8 MiB"));
        }
        let place = self.decoders.admit(&bytes)?;
        Ok(Admitted { bytes, place })
    }

    /// A JPEG, PNG or WebP in sizes of which these are the longest sides, in ascending order; a
    /// smaller picture is not blown up. Up to 24 million pixels always fit where the largest side is
    /// at most 1,200.
    pub async fn derivatives<const N: usize>(
        &self,
        file: Admitted,
        sides: [u32; N],
    ) -> Result<[Derivative; N], FileError> {
        let Admitted { bytes, place } = file;
        let largest = sides.into_iter().fold(LEAST_CELLS, u32::max);
        let reading = move || read(&bytes, largest).map(|header| (header, bytes));
        let (header, bytes) = decoding(reading).await?;
        let slot = self.decoders.decode_slot(place, header.need()?).await?;
        decoding(move || {
            let made = derivatives::make(&header, bytes, sides);
            // Held to the end of the work, not of the wait for it: a caller may go away.
            drop(slot);
            made
        })
        .await
    }
}

/// The header alone: no pixels.
fn read(bytes: &[u8], largest: u32) -> Result<Header, FileError> {
    match image::guess_format(bytes) {
        Ok(ImageFormat::Png) => png_file::header(bytes, largest),
        Ok(ImageFormat::Jpeg) => jpeg_file::header(bytes, largest),
        Ok(ImageFormat::WebP) => webp_file::header(bytes, largest),
        _ => Err(bad("only JPEG, PNG and WebP are taken")),
    }
}

/// Off the async threads.
async fn decoding<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, FileError> + Send + 'static,
) -> Result<T, FileError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(made) => made,
        Err(error) => {
            tracing::warn!(%error, "a picture broke its decoder");
            Err(bad("it cannot be read"))
        }
    }
}

#[cfg(test)]
#[path = "pictures_tests.rs"]
mod tests;
