//! QR codes: one as a picture, many as a printable sheet, one A4 page a place.

use minijinja::{Environment, context};
use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};
use serde::Serialize;

use crate::base::problem::{Outcome, Problem};
use crate::surveys::document::{Document, Language, Text};

const TEMPLATE: &str = include_str!("sheet.html");

/// One printed page.
#[derive(Serialize)]
pub struct Sheet {
    /// The unit's name, in the languages it has.
    pub name: Text,
    /// The unit's code, small.
    pub code: String,
    /// Where the QR code leads.
    pub url: String,
}

/// A QR code as an SVG of its own. Level M survives a scratch or a fold and
/// keeps the modules large enough for a small print.
///
/// # Errors
/// When the address is longer than a QR code can hold.
pub fn qr_svg(url: &str) -> Outcome<String> {
    let code = QrCode::with_error_correction_level(url, EcLevel::M)
        .map_err(|error| Problem::internal(anyhow::anyhow!("QR code: {error}")))?;
    Ok(code
        .render::<svg::Color<'_>>()
        .min_dimensions(256, 256)
        .quiet_zone(true)
        .build())
}

/// The picture without the XML declaration, to stand inside an HTML page.
fn inline(svg: &str) -> &str {
    svg.find("<svg").map_or(svg, |start| &svg[start..])
}

/// The printable page of many codes.
///
/// # Errors
/// When a code cannot be drawn.
pub fn sheet(document: &Document, sheets: &[Sheet]) -> Outcome<String> {
    let base = document.base_language();
    let both = |text: &Text| {
        let ja = text.exact(&Language::ja()).map(str::to_owned);
        let en = text.exact(&Language::en()).map(str::to_owned);
        match (ja, en) {
            (None, None) => (Some(text.get(&base, &base).to_owned()), None),
            (None, en) => (en, None),
            (ja, en) if ja == en => (ja, None),
            (ja, en) => (ja, en),
        }
    };
    let mut pages = Vec::new();
    for one in sheets {
        let (first, second) = both(&one.name);
        let svg = qr_svg(&one.url)?;
        pages.push(context! {
            first, second,
            code => one.code.clone(),
            url => one.url.clone(),
            svg => minijinja::Value::from_safe_string(inline(&svg).to_owned()),
        });
    }
    let (title, subtitle) = both(&document.title);
    let mut environment = Environment::new();
    environment
        .add_template("sheet.html", TEMPLATE)
        .and_then(|()| environment.get_template("sheet.html"))
        .and_then(|template| template.render(context! { pages, title, subtitle }))
        .map_err(|error| Problem::internal(anyhow::Error::from(error)))
}
