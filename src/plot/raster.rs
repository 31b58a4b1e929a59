//! Pixels on a canvas.

use std::rc::Rc;
use wasm_bindgen::{Clamped, JsCast};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, ImageData};
use yew::prelude::*;

/// A picture of `width` × `height` pixels, four bytes each (red, green, blue, opacity).
#[derive(Clone)]
pub struct Pixels {
    pub width: usize,
    pub height: usize,
    pub bytes: Rc<Vec<u8>>,
}

impl PartialEq for Pixels {
    /// The same buffer: a new picture is a new buffer.
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.bytes, &other.bytes)
    }
}

impl Pixels {
    /// Paints every pixel; (0, 0) is at the top left.
    pub fn paint(width: usize, height: usize, colour: impl Fn(usize, usize) -> [u8; 3]) -> Self {
        let mut bytes = Vec::with_capacity(4 * width * height);
        for y in 0..height {
            for x in 0..width {
                bytes.extend_from_slice(&colour(x, y));
                bytes.push(255);
            }
        }
        Self { width, height, bytes: Rc::new(bytes) }
    }
}

#[derive(Properties, PartialEq)]
pub struct RasterProps {
    pub pixels: Pixels,
    #[prop_or_default]
    pub class: Classes,
    /// What the picture shows, for those who can't see it; empty where something over it says so.
    pub label: AttrValue,
}

/// A canvas that shows the pixels, stretched to its style's size.
#[component]
pub fn Raster(props: &RasterProps) -> Html {
    let canvas = use_node_ref();
    {
        let canvas = canvas.clone();
        use_effect_with(props.pixels.clone(), move |pixels| draw(&canvas, pixels));
    }
    let named = !props.label.is_empty();
    html! {
        <canvas
            ref={canvas}
            class={props.class.clone()}
            width={props.pixels.width.to_string()}
            height={props.pixels.height.to_string()}
            role={named.then_some("img")}
            aria-label={named.then(|| props.label.clone())}
            aria-hidden={(!named).then_some("true")}
        />
    }
}

fn draw(canvas: &NodeRef, pixels: &Pixels) {
    let Some(canvas) = canvas.cast::<HtmlCanvasElement>() else { return };
    let Some(context) = canvas.get_context("2d").ok().flatten() else { return };
    let context: CanvasRenderingContext2d = context.unchecked_into();
    let (width, height) = (pixels.width as u32, pixels.height as u32);
    if let Ok(image) =
        ImageData::new_with_u8_clamped_array_and_sh(Clamped(&pixels.bytes), width, height)
    {
        // A canvas without a size refuses; there is then nothing to see.
        let _ = context.put_image_data(&image, 0.0, 0.0);
    }
}
