//! Large studies in the browser's IndexedDB: each a text and the bytes of a file, under a number
//! that the database gives, so that two tabs never take the same. The database is open only while
//! it is used: a newer build in another tab may want to change its form.

use crate::host;
use js_sys::{Array, Promise, Uint8Array};
use tunescape_core::state::large::StoreError;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{DomException, EventTarget, IdbDatabase, IdbObjectStore, IdbObjectStoreParameters};
use web_sys::{IdbTransaction, IdbTransactionMode};

const DATABASE: &str = "tunescape";
const STUDIES: &str = "studies";

fn refused<E>(_: E) -> StoreError {
    StoreError::Refused
}

fn why(error: Option<DomException>) -> StoreError {
    match error {
        Some(error) if error.name() == "QuotaExceededError" => StoreError::Full,
        _ => StoreError::Refused,
    }
}

/// Waits for the first of two events; whether it was the good one.
async fn comes(target: &EventTarget, good: &str, bad: &str) -> bool {
    let mut listen = |resolve: js_sys::Function, reject: js_sys::Function| {
        // Every target takes listeners.
        let _ = target.add_event_listener_with_callback(good, &resolve);
        let _ = target.add_event_listener_with_callback(bad, &reject);
    };
    JsFuture::from(Promise::new(&mut listen)).await.is_ok()
}

/// The database: none in frames without an origin, and in some browsers' private windows.
async fn open() -> Result<IdbDatabase, StoreError> {
    let factory = host::window().and_then(|window| window.indexed_db().ok()?);
    let factory = factory.ok_or(StoreError::Refused)?;
    let request = factory.open_with_u32(DATABASE, 1).map_err(refused)?;
    let made = request.clone();
    let make = Closure::once(move || {
        let Ok(database) = made.result() else { return };
        let numbered = IdbObjectStoreParameters::new();
        numbered.set_auto_increment(true);
        // Where it can't be made, what is to be kept in it is refused.
        let _ = database
            .unchecked_into::<IdbDatabase>()
            .create_object_store_with_optional_parameters(STUDIES, &numbered);
    });
    request.set_onupgradeneeded(Some(make.as_ref().unchecked_ref()));
    if !comes(&request, "success", "error").await {
        return Err(why(request.error().ok().flatten()));
    }
    Ok(request.result().map_err(refused)?.unchecked_into())
}

fn begin(
    database: &IdbDatabase,
    mode: IdbTransactionMode,
) -> Result<(IdbTransaction, IdbObjectStore), StoreError> {
    let transaction = database.transaction_with_str_and_mode(STUDIES, mode).map_err(refused)?;
    let store = transaction.object_store(STUDIES).map_err(refused)?;
    Ok((transaction, store))
}

/// Keeps a text and bytes; the number to ask for them by.
pub async fn keep(text: &str, bytes: &[u8]) -> Result<u32, StoreError> {
    let database = open().await?;
    let add = async {
        let (transaction, store) = begin(&database, IdbTransactionMode::Readwrite)?;
        let record = Array::of2(&text.into(), &Uint8Array::from(bytes));
        let request = store.add(&record).map_err(refused)?;
        // It is there once the transaction is through, and not before.
        if !comes(&transaction, "complete", "abort").await {
            return Err(why(transaction.error()));
        }
        let number = request.result().ok().and_then(|number| number.as_f64());
        number.map(|number| number as u32).ok_or(StoreError::Refused)
    };
    let kept = add.await;
    database.close();
    kept
}

/// The text and the bytes of a number.
pub async fn read(number: u32) -> Result<(String, Vec<u8>), StoreError> {
    let database = open().await?;
    let get = async {
        let (_, store) = begin(&database, IdbTransactionMode::Readonly)?;
        let request = store.get(&number.into()).map_err(refused)?;
        if !comes(&request, "success", "error").await {
            return Err(StoreError::Refused);
        }
        let record = request.result().ok().and_then(|record| record.dyn_into::<Array>().ok());
        let record = record.ok_or(StoreError::Missing)?;
        let bytes = record.get(1).dyn_into::<Uint8Array>().ok();
        let both = record.get(0).as_string().zip(bytes).ok_or(StoreError::Missing)?;
        Ok((both.0, both.1.to_vec()))
    };
    let read = get.await;
    database.close();
    read
}

/// Lets go of what has this number.
pub async fn forget(number: u32) {
    let Ok(database) = open().await else { return };
    if let Ok((transaction, store)) = begin(&database, IdbTransactionMode::Readwrite)
        && store.delete(&number.into()).is_ok()
    {
        comes(&transaction, "complete", "abort").await;
    }
    database.close();
}
