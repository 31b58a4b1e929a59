//! What `web/boot.js` and the browser give the page: workers, built-in data, the address, the crash
//! notice.

use wasm_bindgen::prelude::*;
use web_sys::{ClipboardEvent, DragEvent, File, Worker};
use yew::Callback;

#[wasm_bindgen(js_namespace = tunescape)]
extern "C" {
    /// Starts a worker. It runs this same module; messages sent at once are kept until it listens.
    pub fn spawn() -> Worker;

    /// Shows the crash notice with its reload button.
    fn crashed();

    /// Where the poster lies that stood until the page did: beside it, or in it.
    pub fn poster() -> String;

    /// Saves a text as a file of this name and type, as far as the browser lets it.
    pub fn save(name: &str, kind: &str, text: &str);

    /// What the plots on the page are of, a line each.
    pub fn plots() -> String;

    /// Saves the plot of this place among them as an SVG file, or as PNG.
    pub fn picture(plot: usize, png: bool);

    /// A short tone of this frequency, unless the last was just now.
    pub fn tone(hertz: f64);

    /// Puts the plot of this place among them on the clipboard, as SVG text or as PNG.
    #[wasm_bindgen(catch, js_name = copyPicture)]
    pub async fn copy_picture(plot: usize, png: bool) -> Result<JsValue, JsValue>;

    /// Prints the page, once what is drawn now is on the screen.
    pub fn print();

    /// Tells of every key that is pressed where nothing is being typed: of `?` always, of the
    /// others while presenting.
    pub fn keys(handler: &JsValue);

    /// When what had the keyboard's focus has left the page, gives it to what that stood in.
    #[wasm_bindgen(js_name = keepPlace)]
    pub fn keep_place();

    /// Whether somebody presents.
    pub fn present(on: bool);

    /// Presses the first of some controls that is on show, or goes to it where it is one to type or
    /// choose in.
    pub fn press(controls: &str);

    /// The name of the control that [`press`] would press; empty if there is none.
    pub fn named(controls: &str) -> String;

    /// Opens the notes' window and writes these lines into it, or closes it; `own` names the field
    /// for the teacher's own notes. False where the browser opens none, none where somebody has
    /// closed it.
    pub fn notes(open: bool, own: &str, lines: &str) -> Option<bool>;

    /// Tells whenever the page has become higher or lower.
    pub fn sized(handler: &JsValue);

    /// The controls of the screen, a line each: id, tab, name.
    pub fn controls() -> String;

    /// A text, packed so that it fits into a link.
    #[wasm_bindgen(catch)]
    pub async fn pack(text: &str) -> Result<JsValue, JsValue>;

    /// The text that was packed; an error where it is none, or a very long one.
    #[wasm_bindgen(catch)]
    pub async fn unpack(packed: &str) -> Result<JsValue, JsValue>;

    /// The text of a file of this page's own origin.
    #[wasm_bindgen(catch)]
    pub async fn read(address: &str) -> Result<JsValue, JsValue>;

    /// Loads the payload of a built-in set; the error is why it can't be had.
    #[wasm_bindgen(catch)]
    pub async fn load(name: &str) -> Result<JsValue, JsValue>;
}

/// A panic ends the wasm instance, so the page says so; in the console stands why.
pub fn show_panics() {
    std::panic::set_hook(Box::new(|info| {
        console_error_panic_hook::hook(info);
        crashed();
    }));
}

fn window() -> Option<web_sys::Window> {
    web_sys::window()
}

/// The part of the address after `#`.
pub fn fragment() -> String {
    window().and_then(|w| w.location().hash().ok()).unwrap_or_default()
}

/// The part of the address from `?` on.
pub fn search() -> String {
    window().and_then(|w| w.location().search().ok()).unwrap_or_default()
}

/// A value of the address's part from `?` on.
pub fn query(key: &str) -> Option<String> {
    web_sys::UrlSearchParams::new_with_str(&search()).ok()?.get(key)
}

/// The page's address without its fragment and its question.
pub fn address() -> String {
    let href = window().and_then(|w| w.location().href().ok()).unwrap_or_default();
    href.split(['#', '?']).next().unwrap_or_default().to_string()
}

/// Puts a text on the clipboard; false where the browser does not allow it.
pub async fn copy(text: &str) -> bool {
    let Some(window) = window().filter(|w| w.is_secure_context()) else { return false };
    wasm_bindgen_futures::JsFuture::from(window.navigator().clipboard().write_text(text))
        .await
        .is_ok()
}

/// Puts a fragment into the address, without a step in the history.
pub fn set_fragment(fragment: &str) {
    let Some(window) = window() else { return };
    let (Ok(history), Ok(path), Ok(query)) =
        (window.history(), window.location().pathname(), window.location().search())
    else {
        return;
    };
    let hash = if fragment.is_empty() { String::new() } else { format!("#{fragment}") };
    // A sandboxed frame may refuse; the set-up then stays out of the address, and all else works.
    let _ =
        history.replace_state_with_url(&JsValue::NULL, "", Some(&format!("{path}{query}{hash}")));
}

/// Other pages of the same origin share the storage.
fn stored(key: &str) -> String {
    ["tunescape.", key].concat()
}

/// Remembers something of the reader's (language, theme, studies); false where the browser has no
/// room or does not allow it.
pub fn remember(key: &str, value: &str) -> bool {
    let storage = window().and_then(|w| w.local_storage().ok()?);
    storage.is_some_and(|storage| storage.set_item(&stored(key), value).is_ok())
}

pub fn remembered(key: &str) -> Option<String> {
    window()?.local_storage().ok()??.get_item(&stored(key)).ok()?
}

/// Holds a text for as long as the tab is open, where there is room.
pub fn hold(key: &str, value: &str) {
    if let Some(storage) = window().and_then(|w| w.session_storage().ok()?) {
        let _ = storage.set_item(&stored(key), value);
    }
}

pub fn held(key: &str) -> Option<String> {
    window()?.session_storage().ok()??.get_item(&stored(key)).ok()?
}

/// The language that the browser asks for.
pub fn language() -> String {
    window().and_then(|w| w.navigator().language()).unwrap_or_default()
}

/// Logical processors, as the browser tells.
pub fn processors() -> usize {
    window().map_or(1, |w| w.navigator().hardware_concurrency() as usize).max(1)
}

/// Milliseconds since the page was opened.
pub fn now() -> f64 {
    window().and_then(|w| w.performance()).map_or(0.0, |p| p.now())
}

/// Whether the reader wants nothing to move.
pub fn still() -> bool {
    let query =
        window().and_then(|w| w.match_media("(prefers-reduced-motion: reduce)").ok().flatten());
    query.is_some_and(|query| query.matches())
}

/// Whether the reader's system is dark.
pub fn prefers_dark() -> bool {
    let query = window().and_then(|w| w.match_media("(prefers-color-scheme: dark)").ok().flatten());
    query.is_some_and(|query| query.matches())
}

/// Sets an attribute of the page's root element, such as its language or theme.
pub fn set_root(name: &str, value: &str) {
    if let Some(root) = window().and_then(|w| w.document()).and_then(|d| d.document_element()) {
        let _ = root.set_attribute(name, value);
    }
}

/// Marks the element of this id as the one to look at, and no other.
pub fn point(id: Option<&str>) {
    let Some(document) = window().and_then(|w| w.document()) else { return };
    let (old, new) = (
        document.query_selector(".pointed").ok().flatten(),
        id.and_then(|id| document.get_element_by_id(id)),
    );
    if old == new {
        return;
    }
    if let Some(old) = old {
        let _ = old.class_list().remove_1("pointed");
    }
    if let Some(new) = new {
        // It may lie in a part of its panel that is folded, and that in another.
        let mut inside = Some(new.clone());
        while let Some(Ok(Some(fold))) = inside.map(|inside| inside.closest("details")) {
            let _ = fold.set_attribute("open", "");
            inside = fold.parent_element();
        }
        let _ = new.class_list().add_1("pointed");
    }
}

/// Listens, for as long as the page lives, for files dropped anywhere on it or pasted, for tables
/// pasted as text where nothing is being typed, and for another link in the address.
pub fn listen(dropped: Callback<File>, pasted: Callback<String>, link: Callback<()>) {
    let Some(window) = window() else { return };
    let over = Closure::<dyn FnMut(DragEvent)>::new(|event: DragEvent| event.prevent_default());
    let files = dropped.clone();
    let paste = Closure::<dyn FnMut(ClipboardEvent)>::new(move |event: ClipboardEvent| {
        let Some(data) = event.clipboard_data().filter(|_| !is_typing(&event)) else { return };
        if let Some(file) = data.files().and_then(|files| files.get(0)) {
            return files.emit(file);
        }
        let text = data.get_data("text/plain").unwrap_or_default();
        // A line alone is no table.
        if text.trim().contains(['\n', '\r']) {
            pasted.emit(text);
        }
    });
    let drop = Closure::<dyn FnMut(DragEvent)>::new(move |event: DragEvent| {
        // Without this the browser would leave the page for the file.
        event.prevent_default();
        if let Some(file) = event.data_transfer().and_then(|d| d.files()).and_then(|f| f.get(0)) {
            dropped.emit(file);
        }
    });
    let other = Closure::<dyn FnMut()>::new(move || link.emit(()));
    for (name, handler) in [
        ("dragover", over.into_js_value()),
        ("drop", drop.into_js_value()),
        ("paste", paste.into_js_value()),
        ("hashchange", other.into_js_value()),
    ] {
        // Every window takes listeners.
        let _ = window.add_event_listener_with_callback(name, handler.unchecked_ref());
    }
}

/// Whether what is pasted goes into a field, or a dialog is open.
fn is_typing(event: &web_sys::Event) -> bool {
    const FIELDS: &str =
        "textarea, [contenteditable], input:not([type=checkbox], [type=file], [type=range])";
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    target.is_some_and(|target| target.closest(FIELDS).ok().flatten().is_some())
        || window()
            .and_then(|w| w.document())
            .is_some_and(|d| d.query_selector("dialog[open]").ok().flatten().is_some())
}

/// Moves the keyboard's focus to the element of this id, if there is one.
pub fn focus(id: &str) {
    if let Some(element) = element(id) {
        // One that can't have it keeps out of the way.
        let _ = element.focus();
    }
}

/// Puts the focus into a field, ready for what takes the place of what stands there.
pub fn focus_field(id: &str) {
    focus(id);
    element(id)
        .and_then(|e| e.dyn_into::<web_sys::HtmlInputElement>().ok())
        .iter()
        .for_each(|field| field.select());
}

/// Goes to the beginning of a part of the page.
pub fn go_to(id: &str) {
    if let Some(element) = element(id) {
        element.scroll_into_view();
        let _ = element.focus();
    }
}

fn element(id: &str) -> Option<web_sys::HtmlElement> {
    window()?.document()?.get_element_by_id(id)?.dyn_into().ok()
}
