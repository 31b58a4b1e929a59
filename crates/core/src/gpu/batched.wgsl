// Trains many trials together, a batch after the other: each layer's pass is a dispatch of its own, in which an
// invocation computes a tile of one trial's sums. The twin of `cpu.rs` and `kernel.rs`: every sum runs in their order.
//
// Trials lie in groups of $LANES$ of the same stream, `[group][number][lane]` in memory; the last group of a stream is
// filled up. This is a template: `shader.rs` and `tiles.rs` fill in what stands between dollar signs.

const TRAIN = 0u;
const SCORE_TRAIN = 1u;

// A part of an epoch: the rows from `row` on of a batch, or of the training or validation part.
struct Step {
    kind: u32,
    // Which of the lists of batches, of how many, and which batch of it.
    epoch: u32,
    epochs: u32,
    batch: u32,
    row: u32,
    // Where in `groups` those begin that train, and which group's state comes first in `state`.
    first: u32,
    base: u32,
    // Which of the reports, and how many trials each has.
    report: u32,
    slots: u32,
    // 0 to score only.
    train: u32,
    // Bits of the loss above which a trial has diverged.
    bound: u32,
}

// Its shape, where its parameters begin, and where the activations (or derivatives) before and of it begin in `scratch`.
struct Layer {
    inputs: u32,
    outputs: u32,
    weights: u32,
    biases: u32,
    before: u32,
    own: u32,
}

@group(0) @binding(0) var<uniform> step: Step;
@group(0) @binding(1) var<uniform> layer: Layer;
@group(0) @binding(2) var<storage, read> trials: array<Trial>;
@group(0) @binding(3) var<storage, read> streams: array<Stream>;
// Rows: inputs, then targets.
@group(0) @binding(4) var<storage, read> data: array<f32>;
// As the fused layout has it.
@group(0) @binding(5) var<storage, read> order: array<u32>;
@group(0) @binding(6) var<storage, read> groups: array<u32>;
// For each group: weights and the rule's slots, the same after the last finite epoch, and whether the trial diverged; where
// it is remembered, the same after the best epoch, the validation loss then, and whether that was the last epoch.
@group(0) @binding(7) var<storage, read_write> state: array<f32>;
// For each group that trains: activations, derivatives, gradient, sums of the blocks, whether a weight is a NaN.
@group(0) @binding(8) var<storage, read_write> scratch: array<f32>;
// [epoch][training loss, training score, validation loss, validation score][trial], as bits.
@group(0) @binding(9) var<storage, read_write> reports: array<u32>;

// Where the numbers of an invocation's trial begin.
struct Place {
    trial: u32,
    stream: u32,
    state: u32,
    scratch: u32,
}

fn place_of(workgroup: vec3u, me: vec3u) -> Place {
    let group = groups[step.first + workgroup.x];
    let state_at = (group - step.base) * $STATE$ * $LANES$ + me.x;
    return Place(group * $LANES$ + me.x, trials[group * $LANES$].stream, state_at, workgroup.x * $SCRATCH$ * $LANES$ + me.x);
}

// The rows of a step: their list in `order`, or their place in `data`; how many; one over the rows of the batch, and
// the number of its update.
struct Rows {
    at: u32,
    count: u32,
    share: f32,
    update: u32,
}

fn rows_of(stream: u32) -> Rows {
    if (step.kind == TRAIN) {
        let list = order[stream * step.epochs + step.epoch];
        if (step.batch >= order[list]) {
            return Rows(0u, 0u, 0.0, 0u);
        }
        let at = order[list + 1u + step.batch];
        let count = order[at];
        return Rows(at + 4u + step.row, min(max(count, step.row) - step.row, $CHUNK$), 1.0 / f32(count), order[at + 3u]);
    }
    let part = streams[stream];
    let begin = select(part.valid, part.train, step.kind == SCORE_TRAIN);
    let count = select(part.valid_rows, part.train_rows, step.kind == SCORE_TRAIN);
    return Rows(begin + step.row * $STRIDE$, min(max(count, step.row) - step.row, $CHUNK$), 0.0, 0u);
}

// Where a row begins in `data`; rows behind the last are the last.
fn row_of(rows: Rows, index: u32) -> u32 {
    let i = min(index, rows.count - 1u);
    if (step.kind == TRAIN) {
        return order[rows.at + i];
    }
    return rows.at + i * $STRIDE$;
}

fn trains(place: Place) -> bool {
    return trials[place.trial].live != 0u && state[place.state + $LOST$ * $LANES$] == 0.0;
}

$DROP$
$TILES$
@compute @workgroup_size($LANES$, $SHARE$)
fn deltas(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_id) me: vec3u) {
    let place = place_of(workgroup, me);
    let rows = rows_of(place.stream);
    let r = workgroup.y * $SHARE$ + me.y;
    if (r >= rows.count) {
        return;
    }
    let row = row_of(rows, r);
    let share = rows.share;
    let h = trials[place.trial];
    let z = place.scratch + ($LOGITS$ + r * $OUTPUTS$) * $LANES$;
    let d = place.scratch + ($LOGIT_DELTAS$ + r * $OUTPUTS$) * $LANES$;
$DELTAS$
}

// A block of the gradient with penalties, clipped by value, and the sum of its squares.
@compute @workgroup_size($LANES$, $SHARE$)
fn penalise(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_id) me: vec3u) {
    let place = place_of(workgroup, me);
    let block = workgroup.y * $SHARE$ + me.y;
    if (rows_of(place.stream).count == 0u || block * $NORM_BLOCK$ >= $PARAMETERS$) {
        return;
    }
    let h = trials[place.trial];
    var sum = 0.0;
    for (var i = block * $NORM_BLOCK$; i < min((block + 1u) * $NORM_BLOCK$, $PARAMETERS$); i++) {
        let at = place.scratch + ($GRADIENT$ + i) * $LANES$;
        let g = penalised(h, i, state[place.state + i * $LANES$], scratch[at]);
        scratch[at] = g;
        sum = sum + g * g;
    }
    scratch[place.scratch + ($SQUARES$ + block) * $LANES$] = sum;
}

// What the update of each trial needs; moves its counters on.
@compute @workgroup_size($LANES$)
fn prepare_all(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_id) me: vec3u) {
    let place = place_of(workgroup, me);
    if (rows_of(place.stream).count == 0u || !trains(place)) {
        return;
    }
    let h = trials[place.trial];
    let list = order[place.stream * step.epochs + step.epoch];
    let at = order[list + 1u + step.batch];
    let rate = rate_of(h, bitcast<f32>(order[at + 1u]), bitcast<f32>(order[at + 2u]), order[at + 3u]);
    let counted = place.state + $COUNTERS$ * $LANES$;
    let prepared = prepare(h, rate, vec3f(state[counted], state[counted + $LANES$], state[counted + 2u * $LANES$]));
    state[counted] = prepared.counters.x;
    state[counted + $LANES$] = prepared.counters.y;
    state[counted + 2u * $LANES$] = prepared.counters.z;
    let u = place.scratch + $UPDATE$ * $LANES$;
    scratch[u] = prepared.update.rate;
    scratch[u + $LANES$] = prepared.update.fresh;
    scratch[u + 2u * $LANES$] = prepared.update.first;
    scratch[u + 3u * $LANES$] = prepared.update.now;
    scratch[u + 4u * $LANES$] = prepared.update.second;
    var factor = 1.0;
    $FACTOR$
    scratch[u + 5u * $LANES$] = factor;
}

@compute @workgroup_size($LANES$, $SHARE$)
fn update_all(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_id) me: vec3u) {
    let place = place_of(workgroup, me);
    if (rows_of(place.stream).count == 0u || !trains(place)) {
        return;
    }
    let h = trials[place.trial];
    let p = place.scratch + $UPDATE$ * $LANES$;
    let u = Update(
        scratch[p],
        scratch[p + $LANES$],
        scratch[p + 2u * $LANES$],
        scratch[p + 3u * $LANES$],
        scratch[p + 4u * $LANES$],
    );
    let factor = scratch[p + 5u * $LANES$];
    let first = (workgroup.y * $SHARE$ + me.y) * $SPAN$;
    for (var i = first; i < min(first + $SPAN$, $PARAMETERS$); i++) {
        let at = place.state + i * $LANES$;
        let g = scratch[place.scratch + ($GRADIENT$ + i) * $LANES$]$TIMES_FACTOR$;
        let made = stepped(h, u, i, state[at], $OLD$, g);
        state[at] = made.x;
        $NEW$
    }
}

// Loss and score of one block of rows.
@compute @workgroup_size($LANES$, $SHARE$)
fn score(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_id) me: vec3u) {
    let place = place_of(workgroup, me);
    let rows = rows_of(place.stream);
    let block = workgroup.y * $SHARE$ + me.y;
    if (block * $BLOCK$ >= rows.count) {
        return;
    }
    // A sum for each block of rows: one sum over many rows would lose digits.
    var sums = vec2f();
    for (var r = block * $BLOCK$; r < min((block + 1u) * $BLOCK$, rows.count); r++) {
        let row = row_of(rows, r);
        let z = place.scratch + ($LOGITS$ + r * $OUTPUTS$) * $LANES$;
$SCORE$
        sums += vec2f(loss, points);
    }
    let first = select($TRAIN_BLOCKS$, 0u, step.kind == SCORE_TRAIN);
    let at = place.scratch + ($SUMS$ + 2u * (first + step.row / $BLOCK$ + block)) * $LANES$;
    scratch[at] = sums.x;
    scratch[at + $LANES$] = sums.y;
}

// Mean loss and sum of the scores, over blocks.
fn summed(place: Place, first: u32, count: u32) -> vec2f {
    var sums = vec2f();
    for (var block = 0u; block * $BLOCK$ < count; block++) {
        let at = place.scratch + ($SUMS$ + 2u * (first + block)) * $LANES$;
        sums += vec2f(scratch[at], scratch[at + $LANES$]);
    }
    return vec2f(sums.x * (1.0 / f32(count * $TERMS$)), sums.y);
}

// Notes a NaN among the weights: it counts, even where a compiler's minimum loses it on the way to the loss.
@compute @workgroup_size($LANES$, $SHARE$)
fn inspect(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_id) me: vec3u) {
    let place = place_of(workgroup, me);
    let first = (workgroup.y * $SHARE$ + me.y) * $SPAN$;
    var largest = 0u;
    for (var i = first; i < min(first + $SPAN$, $PARAMETERS$); i++) {
        largest = max(largest, magnitude(state[place.state + i * $LANES$]));
    }
    if (largest > INFINITE) {
        scratch[place.scratch + $STRANGE$ * $LANES$] = 1.0;
    }
}

@compute @workgroup_size($LANES$)
fn report(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_id) me: vec3u) {
    let place = place_of(workgroup, me);
    let stream = streams[place.stream];
    let fit = summed(place, 0u, stream.train_rows);
    let valid = summed(place, $TRAIN_BLOCKS$, stream.valid_rows);
    let strange = place.scratch + $STRANGE$ * $LANES$;
    let diverged = magnitude(fit.x) > step.bound || magnitude(valid.x) >= INFINITE || scratch[strange] != 0.0;
    scratch[strange] = 0.0;
    let lost = place.state + $LOST$ * $LANES$;
    let over = step.train != 0u && (diverged || state[lost] != 0.0);
    if (over) {
        state[lost] = 1.0;
    }
    $NOTE_BEST$
    let at = step.report * 4u * step.slots + place.trial;
    reports[at] = select(bitcast<u32>(fit.x), INFINITE, over);
    reports[at + step.slots] = bitcast<u32>(fit.y);
    reports[at + 2u * step.slots] = bitcast<u32>(valid.x);
    reports[at + 3u * step.slots] = bitcast<u32>(valid.y);
}

// Keeps the state of a finite epoch; what diverged goes back to the one before.
@compute @workgroup_size($LANES$, $SHARE$)
fn keep(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_id) me: vec3u) {
    let place = place_of(workgroup, me);
    if (trials[place.trial].live == 0u) {
        return;
    }
    let lost = state[place.state + $LOST$ * $LANES$] != 0.0;
    let first = (workgroup.y * $SHARE$ + me.y) * $SPAN$;
    for (var i = first; i < min(first + $SPAN$, $NUMBERS$); i++) {
        let now = place.state + i * $LANES$;
        let kept = now + $NUMBERS$ * $LANES$;
        if (lost) {
            state[now] = state[kept];
        } else {
            state[kept] = state[now];
        }
        $KEEP_BEST$
    }
}

// Copies what a trial keeps to the end of `scratch`, or its best state where `kind` is not 0: `row` is the trial, in its
// group and after its state's first.
@compute @workgroup_size($LANES$, $SHARE$)
fn pack(@builtin(global_invocation_id) id: vec3u) {
    let i = id.y * $LANES$ + id.x;
    if (i < $NUMBERS$) {
        let begin = select($NUMBERS$, $BEST$, step.kind != 0u);
        scratch[step.first + i] = state[((step.row / $LANES$) * $STATE$ + begin + i) * $LANES$ + step.row % $LANES$];
    }
}

// The other way, into all copies; what had diverged no longer has. Where `kind` is not 0, the trial counts its best
// epoch anew.
@compute @workgroup_size($LANES$, $SHARE$)
fn unpack(@builtin(global_invocation_id) id: vec3u) {
    let i = id.y * $LANES$ + id.x;
    if (i < $NUMBERS$) {
        let at = ((step.row / $LANES$) * $STATE$ + i) * $LANES$ + step.row % $LANES$;
        state[at] = scratch[step.first + i];
        state[at + $NUMBERS$ * $LANES$] = scratch[step.first + i];
        $GIVE_BEST$
    }
    if (i == 0u) {
        state[((step.row / $LANES$) * $STATE$ + $LOST$) * $LANES$ + step.row % $LANES$] = 0.0;
    }
}
