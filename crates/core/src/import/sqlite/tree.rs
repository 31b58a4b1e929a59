//! Table b-trees: interior pages (5), leaves (13), and the chains of pages behind long rows.

use super::record::{Field, fields, varint};
use super::{Damage, Database, MAX_DEPTH};
use crate::import::Fault;

const INTERIOR: u8 = 5;
const LEAF: u8 = 13;

impl<'a> Database<'a> {
    /// Walks over the rows of the tree with this root, by rising row number. The rows before a
    /// fault are given all the same, and of a file that was cut off those of every page that it
    /// has: pages come in no order.
    pub(super) fn walk(
        &mut self,
        root: u32,
        row: &mut dyn FnMut(i64, Vec<Field>),
    ) -> Result<(), Damage> {
        let mut stack = vec![(root, 0)];
        let mut missing = None;
        while let Some((number, depth)) = stack.pop() {
            let damage = |fault| Damage { page: number, fault };
            if depth > MAX_DEPTH {
                return Err(damage(Fault::Loop));
            }
            let page = self.page(number)?;
            // The first page begins with the header of the file.
            let start = if number == 1 { 100 } else { 0 };
            match page.get(start) {
                Some(&LEAF) => {
                    for cell in cells(page, start, 8).ok_or(damage(Fault::NotPage))? {
                        match self.row(number, page, cell) {
                            Err(cut) if cut.fault == Fault::Truncated => {
                                missing = missing.or(Some(cut));
                            }
                            found => {
                                let (id, fields) = found?;
                                row(id, fields);
                            }
                        }
                    }
                }
                Some(&INTERIOR) => {
                    let child = |at: usize| four(page, at).map(|child| (child, depth + 1));
                    let cells = cells(page, start, 12).ok_or(damage(Fault::NotPage))?;
                    let children: Option<Vec<_>> =
                        cells.into_iter().chain([start + 8]).map(child).collect();
                    let mut children = children.ok_or(damage(Fault::NotPage))?;
                    let pages = self.visited.len();
                    let is_missing = |child: &(u32, usize)| child.0 as usize > pages;
                    if let Some(&(page, _)) = children.iter().find(|child| is_missing(child)) {
                        missing = missing.or(Some(Damage { page, fault: Fault::Truncated }));
                        children.retain(|child| !is_missing(child));
                    }
                    // The leftmost child is looked at first.
                    stack.extend(children.into_iter().rev());
                    if stack.len() > self.visited.len() {
                        return Err(damage(Fault::TooMuch));
                    }
                }
                _ => return Err(damage(Fault::NotPage)),
            }
        }
        missing.map_or(Ok(()), Err)
    }

    /// The row of a leaf's cell.
    fn row(&mut self, number: u32, page: &'a [u8], at: usize) -> Result<(i64, Vec<Field>), Damage> {
        let damage = Damage { page: number, fault: Fault::NotPage };
        let cell = page.get(at..).ok_or(damage)?;
        let (size, a) = varint(cell).ok_or(damage)?;
        let (id, b) = varint(&cell[a..]).ok_or(damage)?;
        let content = &cell[a + b..];
        self.spend(number, size.saturating_add(16))?;
        // Within the budget it fits a usize.
        let size = size as usize;
        let local = self.local(size);
        let own = content.get(..local).ok_or(damage)?;
        let record = if local == size {
            fields(own)
        } else {
            let next = four(content, local).ok_or(damage)?;
            fields(&self.chain(number, own, next, size)?)
        };
        Ok((id as i64, record.ok_or(damage)?))
    }

    /// How many bytes of a row of this size stand in its leaf.
    fn local(&self, size: usize) -> usize {
        let most = self.usable - 35;
        if size <= most {
            return size;
        }
        let least = (self.usable - 12) * 32 / 255 - 23;
        let rest = least + (size - least) % (self.usable - 4);
        if rest <= most { rest } else { least }
    }

    /// A row's bytes with those on its chain of overflow pages.
    fn chain(
        &mut self,
        leaf: u32,
        own: &[u8],
        mut next: u32,
        size: usize,
    ) -> Result<Vec<u8>, Damage> {
        let mut bytes = own.to_vec();
        while bytes.len() < size {
            if next == 0 {
                return Err(Damage { page: leaf, fault: Fault::Truncated });
            }
            let page = self.page(next)?;
            let more = (size - bytes.len()).min(page.len() - 4);
            bytes.extend_from_slice(&page[4..4 + more]);
            next = four(page, 0).unwrap_or(0);
        }
        Ok(bytes)
    }
}

/// Where the cells of a page begin, in order; none where there can't be so many.
fn cells(page: &[u8], start: usize, header: usize) -> Option<Vec<usize>> {
    let count = usize::from(two(page, start + 3)?);
    let pointers = page.get(start + header..)?.get(..2 * count)?;
    Some(pointers.chunks(2).map(|p| usize::from(u16::from_be_bytes([p[0], p[1]]))).collect())
}

fn two(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn four(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}
