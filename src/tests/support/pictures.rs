use std::io::Cursor;

use image::{ImageFormat, Rgb, RgbImage};
use reqwest::{Method, RequestBuilder};

use super::{Browser, Market, Seller};

pub(crate) fn picture() -> Vec<u8> {
    numbered_picture(200)
}

/// Each number is another picture.
pub(crate) fn numbered_picture(number: usize) -> Vec<u8> {
    let [low, high, ..] = number.to_le_bytes();
    png(&RgbImage::from_fn(64, 48, |x, y| {
        Rgb([x as u8 ^ high, y as u8, low])
    }))
}

/// Noise, which no format makes smaller: some 170 KB.
pub(crate) fn large_picture() -> Vec<u8> {
    let mut n = 1_u32;
    png(&RgbImage::from_fn(240, 240, |_, _| {
        n = n.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        Rgb([(n >> 24) as u8, (n >> 16) as u8, (n >> 8) as u8])
    }))
}

fn png(picture: &RgbImage) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture
        .write_to(&mut bytes, ImageFormat::Png)
        .expect("a picture");
    bytes.into_inner()
}

/// The form of a product's page with a picture in it.
pub(crate) fn multipart(token: &str, picture: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, value) in [("csrf", token), ("alt_text", "A second mug")] {
        body.extend(
            format!(
                "--feira\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
            )
            .bytes(),
        );
    }
    body.extend(b"--feira\r\ncontent-disposition: form-data; name=\"image\"; filename=\"m.png\"\r\ncontent-type: image/png\r\n\r\n");
    body.extend(picture);
    body.extend(b"\r\n--feira--\r\n");
    body
}

fn images(seller: &Seller, root: &str) -> String {
    let id = seller.product["id"].as_str().expect("an id");
    format!("{root}/products/{id}/images")
}

/// A picture over the API.
pub(crate) fn upload(seller: &Seller) -> RequestBuilder {
    let path = images(seller, "/api/v1/seller");
    let request = seller.client.request(Method::POST, &path);
    request.header("content-type", "image/png")
}

/// The head of a request with that form.
pub(crate) async fn page_upload(market: &Market, seller: &Seller) -> RequestBuilder {
    let browser = Browser::sign_in(market, "/seller/login", &seller.email).await;
    let path = images(seller, "/seller");
    let request = browser.client.request(Method::POST, &path);
    request
        .header("content-type", "multipart/form-data; boundary=feira")
        .header("sec-fetch-site", "same-origin")
}
