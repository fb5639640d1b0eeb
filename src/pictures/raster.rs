//! JPEG, PNG and WebP: decodes them, turns them upright and scales them down.
//!
//! Pixels are computed with integer arithmetic and polynomial filters only, so
//! that every machine produces the same bytes.

use std::io::Cursor;
use std::sync::Mutex;

use bytes::Bytes;
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::{CompressionType, FilterType, PngDecoder, PngEncoder};
use image::codecs::webp::WebPDecoder;
use image::imageops::FilterType as Resampling;
use image::metadata::Orientation;
use image::{
    DynamicImage, ImageDecoder, ImageEncoder, ImageError, ImageFormat, ImageReader, Limits,
};

use super::format::Format;
use super::metadata::{self, Stripped};

/// Widths of the smaller versions, in pixels: for a phone's screen, and for the
/// text column on a screen of double density.
const WIDTHS: [u32; 2] = [640, 1_280];

/// Greatest width that is published, in pixels; wider pictures are scaled down.
pub const WIDEST: u32 = 2_560;

/// Editors are warned of pictures with more pixels than this.
pub const MANY_PIXELS: u64 = 16_000_000;

/// Editors are warned of files with more bytes than this.
pub const MANY_BYTES: usize = 8 << 20;

/// Pictures with more pixels than this are not decoded: a small file may claim
/// billions.
pub const MOST_PIXELS: u64 = 128_000_000;

/// Most bytes of memory for decoding one picture, copies included.
const MOST_MEMORY: u64 = 768 << 20;

/// Pictures that take more memory than this, in bytes, are decoded one at a
/// time; others on all cores.
const MUCH_MEMORY: u64 = 64 << 20;

/// Quality of JPEGs; beyond it, files grow without visible improvement.
const QUALITY: u8 = 82;

/// The files made of a picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// Width and height of the editor's file, after turning it upright.
    pub given: (u32, u32),
    /// Width of the largest version that pages show.
    pub width: u32,
    pub height: u32,
    /// The file to publish at the picture's path; `None` for the editor's own
    /// file.
    pub base: Option<Bytes>,
    /// Versions under other paths, narrowest first. If the last is as wide as
    /// `width`, pages show it instead of the file at the picture's path.
    pub versions: Vec<Version>,
}

/// A version with its own path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// Width in pixels.
    pub width: u32,
    /// Extension of its file.
    pub ending: &'static str,
    /// The file.
    pub bytes: Bytes,
}

/// Why a picture can't be processed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The file is damaged; an explanation for the editor.
    Damaged(String),
    /// The claimed width and height; 0 when memory was the limit.
    Limit(u32, u32),
}

fn reader(format: Format, bytes: &[u8]) -> ImageReader<Cursor<&[u8]>> {
    let format = match format {
        Format::Jpeg => ImageFormat::Jpeg,
        Format::Png => ImageFormat::Png,
        Format::Webp | Format::Gif | Format::Avif | Format::Svg => ImageFormat::WebP,
    };
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_MEMORY);
    reader.limits(limits);
    reader
}

/// Width and height according to the file's header. Nothing is unpacked.
fn claimed_size(format: Format, bytes: &[u8]) -> Option<(u32, u32)> {
    if format != Format::Png {
        return reader(format, bytes).into_dimensions().ok();
    }
    let side = |at: usize| {
        bytes
            .get(at..at + 4)?
            .try_into()
            .ok()
            .map(u32::from_be_bytes)
    };
    Some((side(16)?, side(20)?))
}

/// Bytes of memory for decoding a picture, including its copy with eight bits
/// per channel.
fn memory(decoder: &impl ImageDecoder) -> u64 {
    let color = decoder.color_type();
    let decoded = decoder.total_bytes();
    let channels = u64::from(color.channel_count());
    let deep = u64::from(color.bytes_per_pixel()) > channels;
    let copies = match (deep, color.has_alpha()) {
        (false, false) => 0,
        (false, true) => decoded / 4 * 3,
        (true, _) => decoded / 2,
    };
    decoded.saturating_add(copies)
}

/// Decodes a picture and makes the files to publish. Pictures that take much
/// memory wait for their turn.
pub fn make(format: Format, bytes: &[u8], turn: &Mutex<()>) -> Result<Made, Fault> {
    let limit = |(width, height)| u64::from(width) * u64::from(height) > MOST_PIXELS;
    if let Some(size) = claimed_size(format, bytes).filter(|size| limit(*size)) {
        return Err(Fault::Limit(size.0, size.1));
    }
    // JPEG decoders fill a missing end with grey, and PNG decoders unpack data
    // that nobody needs.
    let Some(Stripped {
        bytes: clean,
        orientation: told,
    }) = metadata::strip(format, bytes)
    else {
        return Err(Fault::Damaged("文件不完整".to_owned()));
    };
    let fault = |error: ImageError| match error {
        ImageError::Limits(_) => Fault::Limit(0, 0),
        _ => Fault::Damaged("数据有误".to_owned()),
    };
    let mut decoder = reader(format, &clean).into_decoder().map_err(fault)?;
    let memory = memory(&decoder);
    if memory > MOST_MEMORY {
        return Err(Fault::Limit(0, 0));
    }
    let turn = (memory > MUCH_MEMORY).then(|| turn.lock());
    let orientation = told
        .and_then(Orientation::from_exif)
        .or_else(|| decoder.orientation().ok())
        .unwrap_or(Orientation::NoTransforms);
    let profile = decoder.icc_profile().ok().flatten();
    let mut picture = DynamicImage::from_decoder(decoder).map_err(fault)?;
    picture.apply_orientation(orientation);
    let given = (picture.width(), picture.height());
    let moves = moves(format, &clean);
    let clean = (clean != bytes).then(|| Bytes::from(clean));
    if moves {
        return Ok(Made {
            given,
            width: given.0,
            height: given.1,
            base: clean,
            versions: Vec::new(),
        });
    }
    let picture = plain(picture);
    let encoder = Encoder { format, profile };
    let upright = orientation == Orientation::NoTransforms;
    let target = most_width(given);
    let mut versions = Vec::new();
    let (picture, base, mut larger) = if upright && target == given.0 && bytes.len() <= MANY_BYTES {
        (picture, clean, bytes.len())
    } else {
        let picture = narrow(picture, target);
        let encoded = encoder.encode(&picture);
        let length = encoded.len();
        if format == Format::Webp {
            // It is encoded in another format, so it needs another path.
            versions.push(encoder.version(&picture, encoded));
            (picture, clean, length)
        } else {
            (picture, Some(encoded), length)
        }
    };
    for width in WIDTHS.into_iter().rev() {
        if width + width / 8 >= picture.width() {
            continue;
        }
        let smaller = narrow(picture.clone(), width);
        let encoded = encoder.encode(&smaller);
        // Drawings with few colours may grow when they are scaled down.
        if encoded.len() < larger - larger / 10 {
            larger = encoded.len();
            versions.push(encoder.version(&smaller, encoded));
        }
    }
    versions.reverse();
    drop(turn);
    Ok(Made {
        given,
        width: picture.width(),
        height: picture.height(),
        base,
        versions,
    })
}

/// Whether a picture is animated; it is then left unchanged.
fn moves(format: Format, bytes: &[u8]) -> bool {
    match format {
        Format::Png => {
            PngDecoder::new(Cursor::new(bytes)).is_ok_and(|png| png.is_apng().unwrap_or(false))
        }
        Format::Webp => WebPDecoder::new(Cursor::new(bytes)).is_ok_and(|webp| webp.has_animation()),
        _ => false,
    }
}

/// The width in which a picture is published. Limits the width, and for a very
/// high picture the number of pixels.
fn most_width((width, height): (u32, u32)) -> u32 {
    let mut target = width.min(WIDEST);
    while u64::from(target) * u64::from(scaled(height, width, target)) > MANY_PIXELS {
        target -= target.div_ceil(64);
    }
    target.max(1)
}

fn scaled(height: u32, from: u32, to: u32) -> u32 {
    let height = (u64::from(height) * u64::from(to) + u64::from(from) / 2) / u64::from(from.max(1));
    u32::try_from(height).unwrap_or(u32::MAX).max(1)
}

/// Scales a picture to this width. A much larger picture is first averaged down
/// to twice the width, which is fast and exact; only the last step is filtered.
fn narrow(picture: DynamicImage, width: u32) -> DynamicImage {
    let (given, height) = (picture.width(), picture.height());
    if width >= given {
        return picture;
    }
    let target = scaled(height, given, width);
    let picture = match given / width {
        0..3 => picture,
        _ => picture.thumbnail_exact(width * 2, (target * 2).min(height)),
    };
    picture.resize_exact(width, target, Resampling::CatmullRom)
}

/// Converts to eight bits per channel, and drops an alpha channel that is
/// opaque.
fn plain(picture: DynamicImage) -> DynamicImage {
    let color = picture.color();
    match (color.has_color(), color.has_alpha()) {
        (false, false) => DynamicImage::ImageLuma8(picture.into_luma8()),
        (true, false) => DynamicImage::ImageRgb8(picture.into_rgb8()),
        (_, true) => {
            let picture = picture.into_rgba8();
            if picture.pixels().all(|pixel| pixel.0[3] == u8::MAX) {
                DynamicImage::ImageRgb8(DynamicImage::ImageRgba8(picture).into_rgb8())
            } else {
                DynamicImage::ImageRgba8(picture)
            }
        }
    }
}

struct Encoder {
    format: Format,
    /// The colour profile, if the file has one.
    profile: Option<Vec<u8>>,
}

impl Encoder {
    /// Whether the result is a JPEG: for a JPEG, and for a WebP without
    /// transparency. Others become PNG. Lossy WebP can't be written in pure
    /// Rust, and this way browsers without WebP can show the smaller versions.
    fn is_jpeg(&self, picture: &DynamicImage) -> bool {
        match self.format {
            Format::Jpeg => true,
            Format::Webp => !picture.color().has_alpha(),
            _ => false,
        }
    }

    fn version(&self, picture: &DynamicImage, bytes: Bytes) -> Version {
        Version {
            width: picture.width(),
            ending: if self.is_jpeg(picture) { "jpg" } else { "png" },
            bytes,
        }
    }

    fn encode(&self, picture: &DynamicImage) -> Bytes {
        let mut out = Vec::new();
        let written = if self.is_jpeg(picture) {
            let mut encoder = JpegEncoder::new_with_quality(&mut out, QUALITY);
            self.set_profile(&mut encoder, picture);
            picture.write_with_encoder(encoder)
        } else {
            let (compression, filter) = (CompressionType::Default, FilterType::Adaptive);
            let mut encoder = PngEncoder::new_with_quality(&mut out, compression, filter);
            self.set_profile(&mut encoder, picture);
            picture.write_with_encoder(encoder)
        };
        written.expect("eight bits a channel can be encoded, and memory takes it");
        Bytes::from(out)
    }

    /// Sets the colour profile. A profile for a colour space other than the
    /// decoded one (CMYK) would spoil the colours and is dropped.
    fn set_profile(&self, encoder: &mut impl ImageEncoder, picture: &DynamicImage) {
        let kind: &[u8] = if picture.color().has_color() {
            b"RGB "
        } else {
            b"GRAY"
        };
        if let Some(profile) = &self.profile
            && profile.get(16..20) == Some(kind)
        {
            // An encoder without profiles still produces a picture.
            let _ = encoder.set_icc_profile(profile.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_keep_their_proportion() {
        assert_eq!(scaled(9_000, 12_000, 2_560), 1_920);
        assert_eq!(scaled(1, 10_000, 640), 1);
        assert_eq!(most_width((12_000, 9_000)), 2_560);
        assert_eq!(most_width((300, 200)), 300);
        let (width, height) = (1_000, 100_000);
        let target = most_width((width, height));
        let pixels = u64::from(target) * u64::from(scaled(height, width, target));
        assert!(pixels <= MANY_PIXELS && pixels > MANY_PIXELS * 9 / 10);
    }
}
