//! The plots on the page as files: each becomes one SVG that carries its own looks, or is drawn in
//! pixels.

use crate::host::{root, save_blob, text_blob, window};
use crate::plot::listed::on_show;
use js_sys::{Array, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, future_to_promise, spawn_local};
use web_sys::{Blob, CanvasRenderingContext2d, ClipboardItem, Element, HtmlCanvasElement};
use web_sys::{HtmlImageElement, XmlSerializer};

/// The looks that the style sheet gives, which a file has to carry itself.
const LOOKS: [&str; 12] = [
    "fill",
    "fill-opacity",
    "stroke",
    "stroke-width",
    "stroke-dasharray",
    "stroke-linejoin",
    "opacity",
    "paint-order",
    "font-family",
    "font-size",
    "font-weight",
    "display",
];

const SVG: &str = "http://www.w3.org/2000/svg";

/// Saves the plot of this place among them as a file.
pub fn save(place: usize, png: bool) {
    let Some((plot, _)) = on_show().into_iter().nth(place) else { return };
    let Ok(drawing) = Drawing::of(&plot) else { return };
    if !png {
        return text_blob(&drawing.text, "image/svg+xml")
            .iter()
            .for_each(|blob| save_blob("plot.svg", blob));
    }
    spawn_local(async move {
        if let Ok(blob) = drawing.pixels().await {
            save_blob("plot.png", &blob);
        }
    });
}

/// Puts the plot of this place on the clipboard, an SVG as text, which every program takes; false
/// where the browser does not allow it.
pub async fn copy(place: usize, png: bool) -> bool {
    let Some((plot, _)) = on_show().into_iter().nth(place) else { return false };
    copy_plot(&plot, png).await.is_ok()
}

async fn copy_plot(plot: &Element, png: bool) -> Result<(), JsValue> {
    let drawing = Drawing::of(plot)?;
    let window = window().filter(|window| window.is_secure_context());
    let clipboard = window.ok_or("there is no clipboard")?.navigator().clipboard();
    let copied = if png {
        // Browsers want the promise at once, while the click counts.
        let pixels = future_to_promise(async move { drawing.pixels().await.map(JsValue::from) });
        let kinds = Object::new();
        Reflect::set(&kinds, &"image/png".into(), &pixels)?;
        let item = ClipboardItem::new_with_record_from_str_to_blob_promise(&kinds)?;
        clipboard.write(&Array::of1(&item))
    } else {
        clipboard.write_text(&drawing.text)
    };
    JsFuture::from(copied).await.map(drop)
}

/// A plot as one SVG, often with canvases beneath it, and its size on the page in pixels.
struct Drawing {
    text: String,
    width: f64,
    height: f64,
}

impl Drawing {
    fn of(plot: &Element) -> Result<Self, JsValue> {
        let inside = || plot.query_selector("svg").ok().flatten();
        let svg = Some(plot.clone()).filter(|plot| plot.tag_name() == "svg").or_else(inside);
        let svg = svg.ok_or("the plot has no drawing")?;
        let copy: Element = svg.clone_node_with_deep(true)?.unchecked_into();
        copy_looks(&svg, &copy)?;
        let (size, view) = (svg.get_bounding_client_rect(), view(&svg));
        // Each comes beneath what was put there before it: the last one lies on top.
        for canvas in elements(plot, "canvas")?.iter().rev() {
            put_beneath(&copy, "image", &image(canvas.unchecked_ref(), &svg, view)?)?;
        }
        let style = window().zip(root()).map(|(w, root)| w.get_computed_style(&root));
        let paper = style.and_then(|style| style.ok().flatten());
        let paper = paper.and_then(|style| style.get_property_value("--card").ok());
        let mut sheet = frame(view);
        sheet.push(("fill", paper.unwrap_or_default()));
        put_beneath(&copy, "rect", &sheet)?;
        copy.set_attribute("xmlns", SVG)?;
        copy.set_attribute("width", &size.width().to_string())?;
        copy.set_attribute("height", &size.height().to_string())?;
        let text = XmlSerializer::new()?.serialize_to_string(&copy)?;
        Ok(Self { text, width: size.width(), height: size.height() })
    }

    /// The drawing in pixels, two to each of the page's.
    async fn pixels(self) -> Result<Blob, JsValue> {
        let image = HtmlImageElement::new()?;
        let loaded = Promise::new(&mut |done, failed| {
            image.set_onload(Some(&done));
            image.set_onerror(Some(&failed));
        });
        let text = String::from(js_sys::encode_uri_component(&self.text));
        image.set_src(&["data:image/svg+xml;charset=utf-8,", &text].concat());
        JsFuture::from(loaded).await?;
        let document = window().and_then(|window| window.document()).ok_or("no page")?;
        let canvas: HtmlCanvasElement = document.create_element("canvas")?.unchecked_into();
        let (width, height) = (2.0 * self.width, 2.0 * self.height);
        canvas.set_width(width as u32);
        canvas.set_height(height as u32);
        let paper = canvas.get_context("2d")?.ok_or("no canvas")?;
        let paper: CanvasRenderingContext2d = paper.unchecked_into();
        let [width, height] = [canvas.width(), canvas.height()].map(f64::from);
        paper.draw_image_with_html_image_element_and_dw_and_dh(&image, 0.0, 0.0, width, height)?;
        let blob = Promise::new(&mut |done, failed| {
            if let Err(why) = canvas.to_blob(&done) {
                let _ = failed.call1(&JsValue::NULL, &why);
            }
        });
        JsFuture::from(blob).await?.dyn_into()
    }
}

/// The elements inside one that a selector takes.
fn elements(root: &Element, css: &str) -> Result<Vec<Element>, JsValue> {
    let inside = root.query_selector_all(css)?;
    let inside = (0..inside.length()).filter_map(|i| inside.get(i));
    Ok(inside.map(|node| node.unchecked_into()).collect())
}

/// Gives every element of the copy the looks that it has on the page.
fn copy_looks(svg: &Element, copy: &Element) -> Result<(), JsValue> {
    let all = |root: &Element| -> Result<Vec<Element>, JsValue> {
        Ok([root.clone()].into_iter().chain(elements(root, "*")?).collect())
    };
    let window = window().ok_or("no page")?;
    for (from, to) in all(svg)?.iter().zip(&all(copy)?) {
        let looks = window.get_computed_style(from)?.ok_or("no looks")?;
        for name in LOOKS {
            to.set_attribute(name, &looks.get_property_value(name)?)?;
        }
    }
    Ok(())
}

/// What the drawing's own units span: left, top, width, height.
fn view(svg: &Element) -> [f64; 4] {
    let text = svg.get_attribute("viewBox").unwrap_or_default();
    let mut numbers =
        text.split([' ', ',']).filter(|part| !part.is_empty()).map(|part| part.parse().ok());
    [(); 4].map(|()| numbers.next().flatten().unwrap_or(0.0))
}

/// Attributes of an element, by their names.
type Attributes = Vec<(&'static str, String)>;

fn frame([x, y, width, height]: [f64; 4]) -> Attributes {
    [("x", x), ("y", y), ("width", width), ("height", height)]
        .map(|(name, value)| (name, value.to_string()))
        .into()
}

/// The canvas beneath a drawing, in the drawing's own units.
fn image(
    canvas: &HtmlCanvasElement,
    svg: &Element,
    [left, top, width, _]: [f64; 4],
) -> Result<Attributes, JsValue> {
    let (at, around) = (canvas.get_bounding_client_rect(), svg.get_bounding_client_rect());
    let scale = width / around.width();
    let mut image = frame([
        left + (at.left() - around.left()) * scale,
        top + (at.top() - around.top()) * scale,
        at.width() * scale,
        at.height() * scale,
    ]);
    image.push(("href", canvas.to_data_url()?));
    image.push(("preserveAspectRatio", "none".into()));
    if canvas.class_list().contains("pixelated") {
        image.push(("image-rendering", "pixelated".into()));
    }
    Ok(image)
}

fn put_beneath(
    drawing: &Element,
    name: &str,
    attributes: &[(&'static str, String)],
) -> Result<(), JsValue> {
    let document = drawing.owner_document().ok_or("no page")?;
    let element = document.create_element_ns(Some(SVG), name)?;
    for (name, value) in attributes {
        element.set_attribute(name, value)?;
    }
    drawing.prepend_with_node_1(&element)
}
