//! Short tones, by which a loss or a trial is heard.

use crate::host;
use wasm_bindgen::JsValue;
use web_sys::AudioContext;

/// Milliseconds from one tone to the next, at the least.
const APART: f64 = 90.0;

/// Seconds that a tone lasts.
const LENGTH: f64 = 0.12;

/// What plays them; browsers make it only once the reader has done something.
#[derive(Default)]
pub struct Sound {
    context: Option<AudioContext>,
    /// When the last began. The context's own clock begins at 0, and may begin late: it would
    /// swallow the first tones.
    last: f64,
}

impl Sound {
    /// A short tone of this frequency in hertz, unless the last was just now.
    pub fn tone(&mut self, hertz: f64) {
        let now = host::now();
        if now - self.last >= APART {
            self.last = now;
            // Where nothing can be heard the picture says it all.
            let _ = self.play(hertz);
        }
    }

    fn play(&mut self, hertz: f64) -> Result<(), JsValue> {
        let context = match self.context.take() {
            Some(context) => context,
            None => AudioContext::new()?,
        };
        let context = self.context.insert(context);
        let now = context.current_time();
        let (source, volume) = (context.create_oscillator()?, context.create_gain()?);
        source.frequency().set_value(hertz as f32);
        volume.gain().set_value_at_time(0.08, now)?;
        volume.gain().exponential_ramp_to_value_at_time(0.0001, now + LENGTH)?;
        source.connect_with_audio_node(&volume)?;
        volume.connect_with_audio_node(&context.destination())?;
        source.start()?;
        source.stop_with_when(now + LENGTH + 0.01)
    }
}
