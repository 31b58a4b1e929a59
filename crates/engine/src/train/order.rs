//! Which rows train when: the batch order of a stream.

use super::error::TrainError;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use std::sync::Arc;

/// In what order the rows of the training part are used.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Order {
    /// Batches of `batch` rows in an order shuffled anew each epoch; a short last batch is averaged
    /// over its own rows.
    Shuffled { seed: u64, batch: usize },
    /// Batches of `batch` rows in file order, the same each epoch.
    Fixed { batch: usize },
    /// Row lists written out, `[epoch][batch][row]`, repeated from the start when they run out.
    Listed(Vec<Vec<Vec<u32>>>),
}

/// The batches of one epoch.
#[derive(Clone, Debug, PartialEq)]
pub struct Batches {
    pub rows: Vec<u32>,
    /// End of each batch in `rows`.
    pub ends: Vec<usize>,
}

impl Batches {
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    fn bytes(&self) -> usize {
        size_of_val(&self.rows[..]) + size_of_val(&self.ends[..])
    }

    pub fn get(&self, batch: usize) -> &[u32] {
        let start = if batch == 0 { 0 } else { self.ends[batch - 1] };
        &self.rows[start..self.ends[batch]]
    }
}

impl Order {
    /// Cuts batches of so many rows from now on; lists that are written out stay.
    pub fn set_batch(&mut self, rows: usize) {
        if let Order::Shuffled { batch, .. } | Order::Fixed { batch } = self {
            *batch = rows.max(1);
        }
    }

    /// Refuses batches that are empty or name a row that isn't there.
    pub fn check(&self, rows: usize) -> Result<(), TrainError> {
        match self {
            Order::Shuffled { batch: 0, .. } | Order::Fixed { batch: 0 } => {
                Err(TrainError::Batch { row: None })
            }
            Order::Listed(epochs) => {
                if epochs.is_empty()
                    || epochs.iter().any(|e| e.is_empty() || e.iter().any(Vec::is_empty))
                {
                    return Err(TrainError::Batch { row: None });
                }
                match epochs.iter().flatten().flatten().find(|&&row| row as usize >= rows) {
                    Some(&row) => Err(TrainError::Batch { row: Some(row) }),
                    None => Ok(()),
                }
            }
            _ => Ok(()),
        }
    }

    /// Batches of the first epoch, of `rows` rows.
    pub fn updates(&self, rows: usize) -> usize {
        match self {
            Order::Shuffled { batch, .. } | Order::Fixed { batch } => rows.div_ceil(*batch),
            Order::Listed(epochs) => epochs.first().map_or(0, Vec::len),
        }
    }

    /// The batches of epoch `epoch`, counted from 0, of `rows` rows. The same on every machine:
    /// epoch e shuffles with stream e of a ChaCha8 generator, one `u32` a swap.
    pub fn batches(&self, epoch: usize, rows: usize) -> Batches {
        let cut =
            |batch: usize| (0..rows.div_ceil(batch)).map(|b| ((b + 1) * batch).min(rows)).collect();
        match self {
            Order::Shuffled { seed, batch } => {
                let mut rng = ChaCha8Rng::seed_from_u64(*seed);
                rng.set_stream(epoch as u64);
                let mut order: Vec<u32> = (0..rows as u32).collect();
                for i in (1..rows).rev() {
                    let j = (u64::from(rng.next_u32()) * (i as u64 + 1)) >> 32;
                    order.swap(i, j as usize);
                }
                Batches { rows: order, ends: cut(*batch) }
            }
            Order::Fixed { batch } => {
                Batches { rows: (0..rows as u32).collect(), ends: cut(*batch) }
            }
            Order::Listed(epochs) => {
                let lists = &epochs[epoch % epochs.len()];
                let mut at = 0;
                let ends = lists
                    .iter()
                    .map(|list| {
                        at += list.len();
                        at
                    })
                    .collect();
                Batches { rows: lists.concat(), ends }
            }
        }
    }
}

/// The batches of the epochs in progress, made once for all trials of a stream as long as there is
/// room for them.
#[derive(Clone, Default)]
pub struct Orders {
    made: VecDeque<(usize, usize, Arc<Batches>)>,
    bytes: usize,
}

impl Orders {
    /// Bytes of the batches that are kept, beside those of one epoch.
    pub const MAX_BYTES: usize = 8 << 20;

    /// Batches of `epoch` (from 0) for stream number `stream`.
    pub fn get(&mut self, stream: usize, order: &Order, epoch: usize, rows: usize) -> Arc<Batches> {
        if let Some((_, _, found)) =
            self.made.iter().rev().find(|(s, e, _)| (*s, *e) == (stream, epoch))
        {
            return found.clone();
        }
        let batches = Arc::new(order.batches(epoch, rows));
        self.bytes += batches.bytes();
        self.made.push_back((stream, epoch, batches.clone()));
        // The oldest go; they are the same when they are made again.
        while self.bytes > Self::MAX_BYTES
            && self.made.len() > 1
            && let Some((_, _, oldest)) = self.made.pop_front()
        {
            self.bytes -= oldest.bytes();
        }
        batches
    }

    /// Forgets all of them: the batches are cut anew.
    pub fn forget(&mut self) {
        *self = Self::default();
    }

    /// Forgets epochs before `epoch`.
    pub fn forget_before(&mut self, epoch: usize) {
        self.made.retain(|(_, e, _)| *e >= epoch);
        self.bytes = self.made.iter().map(|(_, _, batches)| batches.bytes()).sum();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_comes_once_an_epoch_and_the_order_changes() {
        let order = Order::Shuffled { seed: 3, batch: 32 };
        let (a, b) = (order.batches(0, 100), order.batches(1, 100));
        assert_ne!(a.rows, b.rows);
        assert_eq!(a, order.batches(0, 100));
        for epoch in [&a, &b] {
            let mut rows = epoch.rows.clone();
            rows.sort_unstable();
            assert!(rows.into_iter().eq(0..100));
            assert_eq!(
                (0..epoch.len()).map(|i| epoch.get(i).len()).collect::<Vec<_>>(),
                [32, 32, 32, 4]
            );
        }
    }

    #[test]
    fn no_more_batches_are_kept_than_there_is_room_for() {
        let (order, rows) = (Order::Shuffled { seed: 5, batch: 1 }, 18_000);
        let mut orders = Orders::default();
        for epoch in 0..60 {
            assert_eq!(*orders.get(7, &order, epoch, rows), order.batches(epoch, rows));
        }
        let bytes: usize = orders.made.iter().map(|(_, _, batches)| batches.bytes()).sum();
        assert!(bytes == orders.bytes && bytes <= Orders::MAX_BYTES, "{bytes}");
        assert!((20..60).contains(&orders.made.len()), "{}", orders.made.len());
        assert_eq!(*orders.get(7, &order, 0, rows), order.batches(0, rows));
        orders.forget_before(59);
        assert!(orders.made.iter().all(|(_, epoch, _)| *epoch >= 59));
    }

    #[test]
    fn strange_batches_are_refused() {
        assert_eq!(Order::Fixed { batch: 0 }.check(3), Err(TrainError::Batch { row: None }));
        assert_eq!(
            Order::Listed(vec![vec![vec![]]]).check(3),
            Err(TrainError::Batch { row: None })
        );
        assert_eq!(
            Order::Listed(vec![vec![vec![0, 3]]]).check(3),
            Err(TrainError::Batch { row: Some(3) })
        );
        assert_eq!(Order::Fixed { batch: 99 }.check(3), Ok(()));
    }
}
