//! Studies from elsewhere: read, looked at, raced over.

use super::{Desk, Failure, slice};
use crate::import::replay::Replay;
use crate::worker::xray::{XrayReply, XrayRequest};
use crate::worker::{Host, Job, Reply};

/// Milliseconds between two reports of a worker's share of a race.
const REPORT_EVERY: f64 = 400.0;

impl<H: Host> Desk<H> {
    /// What a study from elsewhere is asked for.
    pub(super) async fn xray(&self, job: Job, request: XrayRequest) -> Result<Reply, Failure> {
        // Lets a cancel that is already waiting be heard before the work.
        H::breathe().await;
        if self.is_cancelled(job) {
            return Ok(Reply::Trained(job));
        }
        let reply = match request {
            XrayRequest::Read { name, bytes } => {
                self.xray.borrow_mut().read(job, &name, &bytes, &H::decode)
            }
            XrayRequest::Show { file, which, aim } => {
                self.xray.borrow_mut().show(job, file, &which, aim)
            }
            XrayRequest::Think { view, strategy, told, axes, side, through } => {
                let map = (axes, side.clamp(2, 64));
                self.xray.borrow().think((view, &told), strategy, map, through)?
            }
            XrayRequest::Explain { view, told } => self.xray.borrow().explain(view, &told)?,
            XrayRequest::Table { view } => self.xray.borrow().table(view),
            XrayRequest::Race { table, strategies, seeds } => {
                self.race_over_table(job, Replay::new(*table, &strategies, seeds)).await
            }
            XrayRequest::Write { file, which, typed_in, target, now } => {
                self.xray.borrow().write((file, &which), &typed_in, target, now)
            }
            XrayRequest::Keep { files, views } => self.xray.borrow_mut().keep(&files, &views),
        };
        Ok(Reply::Xray(job, reply))
    }

    /// Races strategies over the trials, and reports how that stands on the way.
    async fn race_over_table(&self, job: Job, mut replay: Replay) -> XrayReply {
        let ran = |replay: &mut Replay| XrayReply::Ran {
            runs: replay.take_ended(),
            begun: replay.begun(),
        };
        let (mut late, mut reported) = (slice::<H>(), H::now());
        while replay.advance() {
            if late() {
                H::breathe().await;
                if self.is_cancelled(job) {
                    break;
                }
                if H::now() - reported > REPORT_EVERY {
                    self.host.post(&Reply::Xray(job, ran(&mut replay)));
                    reported = H::now();
                }
                late = slice::<H>();
            }
        }
        ran(&mut replay)
    }
}
