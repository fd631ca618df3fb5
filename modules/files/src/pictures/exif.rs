//! What a camera says of its colours where the file has no ICC profile: those of Adobe RGB are told by an
//! index in the directory about interoperability (DCF 2.0) alone.

/// Entries that lead to another directory.
const CAMERA: u16 = 0x8769;
const INTEROPERABILITY: u16 = 0xa005;
/// The entry that is looked for, and what it says.
const INDEX: u16 = 1;
const ADOBE_RGB: &[u8; 4] = b"R03\0";

/// Whether the pixels are of Adobe RGB; `exif` begins with the order of its bytes.
pub(super) fn is_adobe_rgb(exif: &[u8]) -> bool {
    index(exif).is_some_and(|index| index == *ADOBE_RGB)
}

fn index(exif: &[u8]) -> Option<[u8; 4]> {
    let little = match exif.first_chunk::<4>()? {
        b"II*\0" => true,
        b"MM\0*" => false,
        _ => return None,
    };
    let tiff = Tiff {
        bytes: exif,
        little,
    };
    let main = tiff.long(4)?;
    let camera = tiff.long(tiff.entry(main, CAMERA)?)?;
    let part = tiff.long(tiff.entry(camera, INTEROPERABILITY)?)?;
    tiff.at(tiff.entry(part, INDEX)?)
}

struct Tiff<'a> {
    bytes: &'a [u8],
    /// Whether the lowest byte of a number comes first.
    little: bool,
}

impl Tiff<'_> {
    fn at<const N: usize>(&self, place: usize) -> Option<[u8; N]> {
        self.bytes.get(place..)?.first_chunk::<N>().copied()
    }

    fn short(&self, place: usize) -> Option<u16> {
        let bytes = self.at(place)?;
        Some(match self.little {
            true => u16::from_le_bytes(bytes),
            false => u16::from_be_bytes(bytes),
        })
    }

    fn long(&self, place: usize) -> Option<u32> {
        let bytes = self.at(place)?;
        Some(match self.little {
            true => u32::from_le_bytes(bytes),
            false => u32::from_be_bytes(bytes),
        })
    }

    /// Where the value of an entry stands: behind its tag, its type and its count.
    fn entry(&self, directory: u32, tag: u16) -> Option<usize> {
        let directory = usize::try_from(directory).ok()?;
        let count = usize::from(self.short(directory)?);
        let mut entries = (0..count).filter_map(|n| directory.checked_add(2 + 12 * n));
        let found = entries.find(|place| self.short(*place) == Some(tag))?;
        found.checked_add(8)
    }
}

/// EXIF with such an index, from the order of its bytes on.
#[cfg(test)]
pub(super) fn with_index(index: [u8; 4], little: bool) -> Vec<u8> {
    let short = |n: u16| match little {
        true => n.to_le_bytes(),
        false => n.to_be_bytes(),
    };
    let long = |n: u32| match little {
        true => n.to_le_bytes(),
        false => n.to_be_bytes(),
    };
    let directory = |tag: u16, kind: u16, count: u32, value: [u8; 4]| {
        let numbers = [short(1), short(tag), short(kind)].concat();
        [&numbers[..], &long(count), &value, &long(0)].concat()
    };
    let mark = if little { b"II*\0" } else { b"MM\0*" };
    let mut exif = [&mark[..], &long(8)].concat();
    exif.extend(directory(CAMERA, 4, 1, long(26)));
    exif.extend(directory(INTEROPERABILITY, 4, 1, long(44)));
    exif.extend(directory(INDEX, 2, 4, index));
    exif
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_index_says_it_in_either_order_of_bytes() {
        for little in [true, false] {
            let exif = with_index(*b"R03\0", little);
            assert!(is_adobe_rgb(&exif));
            for other in [*b"R98\0", *b"THM\0", *b"R030", [0; 4]] {
                assert!(!is_adobe_rgb(&with_index(other, little)), "{other:?}");
            }
            for cut in 0..exif.len() - 4 {
                assert!(!is_adobe_rgb(&exif[..cut]), "{cut}");
            }
        }
        for odd in [
            &b""[..],
            b"Exif\0\0",
            b"MM\0*\xff\xff\xff\xff",
            b"II*\0\x04\0\0\0",
        ] {
            assert!(!is_adobe_rgb(odd), "{odd:?}");
        }
    }
}
