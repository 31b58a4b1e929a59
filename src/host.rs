//! What `web/boot.js` and the browser give the page: workers, built-in data, the address, the crash
//! notice.

pub mod attention;

use gloo::timers::callback::Timeout;
use js_sys::Array;
use std::cell::OnceCell;
use wasm_bindgen::prelude::*;
use web_sys::{
    Blob, BlobPropertyBag, ClipboardEvent, CssStyleSheet, DragEvent, Element, Event, EventTarget,
    File, HtmlAnchorElement, HtmlElement, IntersectionObserver, IntersectionObserverEntry,
    ResizeObserver, StorageEvent, Url, Window, Worker,
};
use yew::Callback;

#[wasm_bindgen(js_namespace = tunescape)]
extern "C" {
    /// Starts a worker. It runs this same module; messages sent at once are kept until it listens.
    pub fn spawn() -> Worker;

    /// Shows the crash notice with its reload button.
    fn crashed();

    /// Where the poster lies that stood until the page did: beside it, or in it.
    pub fn poster() -> String;

    /// A text, packed so that it fits into a link.
    #[wasm_bindgen(catch)]
    pub async fn pack(text: &str) -> Result<JsValue, JsValue>;

    /// The text that was packed; an error where it is none, or a very long one.
    #[wasm_bindgen(catch)]
    pub async fn unpack(packed: &str) -> Result<JsValue, JsValue>;

    /// The bytes of a file that lies in this page's own folder, or below it.
    #[wasm_bindgen(catch)]
    pub async fn read(address: &str) -> Result<JsValue, JsValue>;

    /// Loads what a script of the folder `data` holds (a built-in set, the lessons, the example of a
    /// study); the error is why it can't be had.
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

pub fn window() -> Option<Window> {
    web_sys::window()
}

/// The page's root element.
pub fn root() -> Option<HtmlElement> {
    Some(window()?.document()?.document_element()?.unchecked_into())
}

/// The elements of a selector, in the order of the page; none where it is no selector.
pub fn all(css: &str) -> Vec<Element> {
    let found = window().and_then(|w| w.document()?.query_selector_all(css).ok());
    let found =
        found.iter().flat_map(|found| (0..found.length()).filter_map(move |i| found.get(i)));
    found.map(|node| node.unchecked_into()).collect()
}

/// What an event happens to, where that is an element: of whichever window, so that no class can
/// be asked for.
pub fn element_of(event: &Event) -> Option<Element> {
    let target = event.target()?;
    let element = js_sys::Reflect::has(&target, &"closest".into()).unwrap_or(false);
    element.then(|| target.unchecked_into())
}

/// Listens to the events of a kind for as long as the page lives; `first`: before anything inside
/// the target does.
pub fn on(target: &EventTarget, kind: &str, first: bool, handler: impl FnMut(Event) + 'static) {
    let handler = Closure::<dyn FnMut(Event)>::new(handler).into_js_value();
    // Every target takes listeners.
    let _ = target.add_event_listener_with_callback_and_bool(kind, handler.unchecked_ref(), first);
}

/// Some text as what a file of this type holds.
pub fn text_blob(text: &str, kind: &str) -> Option<Blob> {
    let options = BlobPropertyBag::new();
    options.set_type(kind);
    Blob::new_with_str_sequence_and_options(&js_sys::Array::of1(&text.into()), &options).ok()
}

/// Saves a text as a file of this name and type, as far as the browser lets it.
pub fn save(name: &str, kind: &str, text: &str) {
    text_blob(text, kind).iter().for_each(|blob| save_blob(name, blob));
}

pub fn save_blob(name: &str, blob: &Blob) {
    let link = window().and_then(|w| w.document()?.create_element("a").ok());
    let Some((link, address)) = link.zip(Url::create_object_url_with_blob(blob).ok()) else {
        return;
    };
    let link: HtmlAnchorElement = link.unchecked_into();
    link.set_href(&address);
    link.set_download(name);
    link.click();
    // The browser has taken it by then.
    Timeout::new(1000, move || drop(Url::revoke_object_url(&address))).forget();
}

/// Address of the licences of all that the page is made of: a file beside it, or, where the page is
/// one file, what stands in that.
pub fn licences() -> String {
    thread_local! {
        static ADDRESS: OnceCell<String> = const { OnceCell::new() };
    }
    let inside = || {
        let text = window()?.document()?.get_element_by_id("licences")?.text_content()?;
        let blob = text_blob(&text, "text/plain;charset=utf-8")?;
        Url::create_object_url_with_blob(&blob).ok()
    };
    ADDRESS.with(|address| {
        address.get_or_init(|| inside().unwrap_or_else(|| "./licences.txt".into())).clone()
    })
}

/// Where the licences can be read by whoever can open nothing from here: beside the page, or in it
/// where it is one file.
pub fn licences_address() -> String {
    match licences().strip_prefix("./") {
        Some(name) => [folder(&address()), "/", name].concat(),
        None => address(),
    }
}

/// The folder of an address, without the last `/`.
pub fn folder(address: &str) -> &str {
    address.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Prints the page, once what is drawn now is on the screen.
pub fn print() {
    Timeout::new(100, || drop(window().map(|window| window.print()))).forget();
}

/// Whether this page is in a frame.
pub fn framed() -> bool {
    window().is_some_and(|own| own.parent().ok().flatten().is_some_and(|parent| parent != own))
}

/// Whether this page is in a frame that lets it neither save files nor print: such a frame has no
/// origin, and what else it may do can't be asked.
pub fn sandboxed() -> bool {
    let of_a_host = |w: &Window| w.location().protocol().is_ok_and(|p| p.starts_with("http"));
    window().is_some_and(|w| w.origin() == "null" && of_a_host(&w))
}

/// Tells whenever the page has become higher or lower.
pub fn sized(handler: Callback<()>) {
    let handler = Closure::<dyn FnMut()>::new(move || handler.emit(())).into_js_value();
    let observer = ResizeObserver::new(handler.unchecked_ref()).ok();
    if let Some((observer, page)) = observer.zip(element("app")) {
        observer.observe(&page);
    }
}

/// Hears whether any of the page is to be seen in the window, wherever its frame is.
pub fn watch_sight(handler: Callback<bool>) {
    let last = move |entries: Array| {
        let entry = entries.pop().unchecked_into::<IntersectionObserverEntry>();
        handler.emit(entry.is_intersecting());
    };
    let last = Closure::<dyn FnMut(Array)>::new(last).into_js_value();
    let observer = IntersectionObserver::new(last.unchecked_ref()).ok();
    if let Some((observer, root)) = observer.zip(root()) {
        observer.observe(&root);
    }
}

/// Whether somebody presents.
pub fn present(on: bool) {
    if let Some(root) = root() {
        let _ = root.toggle_attribute_with_force("data-present", on);
    }
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

/// The page's address, which holds what is set up.
pub fn whole_address() -> String {
    window().and_then(|w| w.location().href().ok()).unwrap_or_default()
}

/// The same without its fragment and its question.
pub fn address() -> String {
    whole_address().split(['#', '?']).next().unwrap_or_default().to_string()
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

/// Bytes of the machine's memory, rounded and bounded, where the browser tells.
pub fn memory() -> Option<u64> {
    let navigator = window()?.navigator();
    let gibibytes = js_sys::Reflect::get(&navigator, &"deviceMemory".into()).ok()?.as_f64()?;
    Some((gibibytes * f64::from(1 << 30)) as u64)
}

/// Logical processors, as the browser tells.
pub fn processors() -> usize {
    window().map_or(1, |w| w.navigator().hardware_concurrency() as usize).max(1)
}

/// Milliseconds since the page was opened.
pub fn now() -> f64 {
    window().and_then(|w| w.performance()).map_or(0.0, |p| p.now())
}

/// Now, in microseconds of local time since 1970.
pub fn local_time() -> i64 {
    let date = js_sys::Date::new_0();
    ((date.get_time() - 60_000.0 * date.get_timezone_offset()) * 1000.0) as i64
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
    if let Some(root) = root() {
        let _ = root.set_attribute(name, value);
    }
}

/// Adds rules to the page's styles. As a sheet of its own: the page's policy allows no styles in its
/// text, and a sandboxed frame none of its own sheets to be changed.
pub fn add_rules(rules: &str) -> Result<(), JsValue> {
    let document = window().and_then(|w| w.document()).ok_or(JsValue::NULL)?;
    let sheet = CssStyleSheet::new()?;
    sheet.replace_sync(rules)?;
    let sheets = js_sys::Array::of1(&sheet);
    js_sys::Reflect::set(&document, &"adoptedStyleSheets".into(), &sheets).map(drop)
}

/// Listens for what another tab of this page remembers: its key and its text.
pub fn listen_to_storage(stored: Callback<(String, String)>) {
    let Some(window) = window() else { return };
    on(&window, "storage", false, move |event| {
        let event: StorageEvent = event.unchecked_into();
        let key =
            event.key().and_then(|key| key.strip_prefix(&self::stored("")).map(str::to_owned));
        if let Some(change) = key.zip(event.new_value()) {
            stored.emit(change);
        }
    });
}

/// Listens, for as long as the page lives, for files dropped anywhere on it or pasted, for tables
/// pasted as text where nothing is being typed, and for another link in the address.
pub fn listen(dropped: Callback<File>, pasted: Callback<String>, link: Callback<()>) {
    let Some(window) = window() else { return };
    on(&window, "dragover", false, |event| event.prevent_default());
    let files = dropped.clone();
    on(&window, "paste", false, move |event| {
        let event: ClipboardEvent = event.unchecked_into();
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
    on(&window, "drop", false, move |event| {
        // Without this the browser would leave the page for the file.
        event.prevent_default();
        let event: DragEvent = event.unchecked_into();
        if let Some(file) = event.data_transfer().and_then(|d| d.files()).and_then(|f| f.get(0)) {
            dropped.emit(file);
        }
    });
    on(&window, "hashchange", false, move |_| link.emit(()));
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

fn element(id: &str) -> Option<HtmlElement> {
    window()?.document()?.get_element_by_id(id)?.dyn_into().ok()
}
