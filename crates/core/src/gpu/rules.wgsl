// The update rules: what the counters of a trial give before an update, and what a parameter then moves by. The twin
// of `optim/rule.rs` of the engine. Which functions a population calls is chosen in `update.rs`.

// Of rules that need nothing besides the gradient and the slots.
fn prepared_plainly(h: Trial, before: vec3f, next: Prepared) -> Prepared {
    return next;
}

// The first update is not dampened.
fn prepared_momentum(h: Trial, before: vec3f, next: Prepared) -> Prepared {
    var made = next;
    made.update.fresh = select(1.0, 1.0 - h.dampening, before.x > 0.0);
    return made;
}

// What averages are divided by, so that they are not too small at first.
fn prepared_adam(h: Trial, before: vec3f, next: Prepared) -> Prepared {
    var made = next;
    made.update.first = 1.0 / (1.0 - next.counters.y);
    made.update.second = 1.0 / (1.0 - next.counters.z);
    return made;
}

fn prepared_nadam(h: Trial, before: vec3f, next: Prepared) -> Prepared {
    let here = mu(h, next.counters.x);
    let ahead = mu(h, next.counters.x + 1.0);
    var made = next;
    made.counters.y = before.y * here;
    made.update.first = ahead / (1.0 - made.counters.y * ahead);
    made.update.now = (1.0 - here) / (1.0 - made.counters.y);
    made.update.second = 1.0 / (1.0 - next.counters.z);
    return made;
}

// What a parameter moves by, times the rate, and its new slots.
struct Moved {
    by: f32,
    slots: vec3f,
}

fn moved_sgd(h: Trial, u: Update, old: vec3f, g: f32) -> Moved {
    return Moved(g, old);
}

fn moved_momentum(h: Trial, u: Update, old: vec3f, g: f32) -> Moved {
    let by = h.momentum * old.x + u.fresh * g;
    return Moved(by, vec3f(by, old.yz));
}

fn moved_averaged(h: Trial, u: Update, old: vec3f, g: f32) -> Moved {
    let by = average(old.x, h.momentum, g);
    return Moved(by, vec3f(by, old.yz));
}

fn moved_nesterov(h: Trial, u: Update, old: vec3f, g: f32) -> Moved {
    let velocity = h.momentum * old.x + g;
    return Moved(g + h.momentum * velocity, vec3f(velocity, old.yz));
}

fn moved_adagrad(h: Trial, u: Update, old: vec3f, g: f32) -> Moved {
    let squares = old.x + g * g;
    return Moved(g / (sqrt(squares) + h.epsilon), vec3f(squares, old.yz));
}

fn moved_rmsprop(h: Trial, u: Update, old: vec3f, g: f32) -> Moved {
    let squares = average(old.x, h.beta2, g * g);
    let by = h.momentum * old.y + g / (sqrt(squares) + h.epsilon);
    return Moved(by, vec3f(squares, by, old.z));
}

fn moved_centred(h: Trial, u: Update, old: vec3f, g: f32) -> Moved {
    let squares = average(old.x, h.beta2, g * g);
    let mean = average(old.z, h.beta2, g);
    let spread = squares - mean * mean;
    let by = h.momentum * old.y + g / (sqrt(select(spread, 0.0, spread < 0.0)) + h.epsilon);
    return Moved(by, vec3f(squares, by, mean));
}

fn moved_adadelta(h: Trial, u: Update, old: vec3f, g: f32) -> Moved {
    let squares = average(old.x, h.beta2, g * g);
    let by = sqrt(old.y + h.epsilon) / sqrt(squares + h.epsilon) * g;
    return Moved(by, vec3f(squares, average(old.y, h.beta2, by * by), old.z));
}

fn moved_adam(h: Trial, u: Update, old: vec3f, g: f32) -> Moved {
    let mean = average(old.x, h.momentum, g);
    let squares = average(old.y, h.beta2, g * g);
    let by = mean * u.first / (sqrt(squares * u.second) + h.epsilon);
    return Moved(by, vec3f(mean, squares, old.z));
}

fn moved_nadam(h: Trial, u: Update, old: vec3f, g: f32) -> Moved {
    let mean = average(old.x, h.momentum, g);
    let squares = average(old.y, h.beta2, g * g);
    let by = (mean * u.first + g * u.now) / (sqrt(squares * u.second) + h.epsilon);
    return Moved(by, vec3f(mean, squares, old.z));
}

fn moved_lion(h: Trial, u: Update, old: vec3f, g: f32) -> Moved {
    let by = sign(average(old.x, h.momentum, g));
    return Moved(by, vec3f(average(old.x, h.beta2, g), old.yz));
}

