//! Single trials of the batched layout: their states read, set and copied.

use super::batched::Batched;
use super::form::Form;
use super::{Course, layout};
use tunescape_engine::train::TrainError;

impl Batched {
    /// Copies what a trial keeps to the end of the scratch memory, or from there; `kind` as the
    /// kernel has it.
    fn move_state(
        &self,
        course: &Course,
        trial: usize,
        (kernel, kind): (&str, u32),
        end: impl FnOnce(&mut wgpu::CommandEncoder),
    ) {
        let Form { lanes, share, .. } = self.map.form;
        let slot = self.lanes.iter().position(|lane| *lane == Some(trial)).unwrap_or(0);
        let shelf = self.shelf(slot / lanes);
        let row = (slot - shelf.groups.start * lanes) as u32;
        let step =
            layout::Step { kind, row, first: self.packed() as u32, ..layout::Step::default() };
        course.context.queue.write_buffer(&self.buffers.steps, 0, &step.bytes());
        let mut encoder = course.context.device.create_command_encoder(&Default::default());
        let mut pass = encoder.begin_compute_pass(&Default::default());
        pass.set_pipeline(&self.pipelines.get(kernel));
        pass.set_bind_group(0, &shelf.bindings, &[0, 0]);
        pass.dispatch_workgroups(1, self.map.numbers.div_ceil(lanes * share) as u32, 1);
        drop(pass);
        end(&mut encoder);
        course.context.queue.submit([encoder.finish()]);
    }

    /// Where in the scratch memory one trial's numbers lie in one piece.
    fn packed(&self) -> u64 {
        self.room as u64 * self.map.group_bytes()[1] / 4
    }

    /// The numbers of a trial, as bits.
    pub async fn state(&mut self, course: &Course, trial: usize) -> Result<Vec<u32>, TrainError> {
        self.read(course, trial, 0).await
    }

    /// Those after its best epoch.
    pub async fn best(&mut self, course: &Course, trial: usize) -> Result<Vec<u32>, TrainError> {
        self.read(course, trial, 1).await
    }

    async fn read(
        &mut self,
        course: &Course,
        trial: usize,
        kind: u32,
    ) -> Result<Vec<u32>, TrainError> {
        let bytes = self.map.pack_bytes();
        let (from, to) = (&self.buffers.scratch, &self.buffers.readable);
        self.move_state(course, trial, ("pack", kind), |encoder| {
            encoder.copy_buffer_to_buffer(from, 4 * self.packed(), to, 0, bytes);
        });
        course.context.read(to, bytes).await
    }

    pub fn set_state(&mut self, course: &Course, trial: usize, numbers: &[f32]) {
        course.context.queue.write_buffer(
            &self.buffers.scratch,
            4 * self.packed(),
            &layout::floats(numbers),
        );
        self.move_state(course, trial, ("unpack", u32::from(!course.live(trial))), |_| ());
    }

    pub fn copy(&mut self, course: &Course, from: usize, to: usize) {
        self.move_state(course, from, ("pack", 0), |_| ());
        self.move_state(course, to, ("unpack", u32::from(!course.live(to))), |_| ());
    }
}
