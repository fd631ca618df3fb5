//! The decoder of JPEGs whose rows can be finished one after the other. It reads the headers of all.

use zune_jpeg::{
    JpegDecoder,
    zune_core::{bytestream::ZCursor, colorspace::ColorSpace, options::DecoderOptions},
};

use crate::error::{FileError, unreadable};

/// What is wrong with a file is passed over where the picture can be told.
pub(super) fn open(bytes: &[u8], space: ColorSpace) -> JpegDecoder<ZCursor<&[u8]>> {
    let options = DecoderOptions::default()
        .set_strict_mode(false)
        .set_max_width(usize::MAX)
        .set_max_height(usize::MAX)
        .jpeg_set_out_colorspace(space);
    JpegDecoder::new_with_options(ZCursor::new(bytes), options)
}

/// What the samples of the file stand for, as its header and metadata say.
pub(super) fn space(bytes: &[u8]) -> Result<Option<ColorSpace>, FileError> {
    let mut decoder = open(bytes, ColorSpace::RGB);
    decoder.decode_headers().map_err(unreadable)?;
    Ok(decoder.input_colorspace())
}
