import math
import sys

import numpy as np
import torch
from torch import nn
#if file

import csv
import os
#end

torch.set_num_threads(1)

# The network, and how it is trained.
SETTINGS = {{settings}}
SEED = {{seed}}  # of the initial weights, the batch order{{seed_more}}
INPUTS, OUTPUTS = {{inputs}}, {{outputs}}
EPOCHS = {{epochs}}
#if file

# The data: raw, as in the file beside this script, standardised by the training set's means and
# deviations.
FILE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "tunescape-data.csv")
MEANS = np.array({{means}}, dtype=np.float64)
DEVIATIONS = np.array({{deviations}}, dtype=np.float64)
#if classes
CLASSES = {{classes}}
#end


def read(part):
    """Inputs and targets of one part of the file."""
    xs, ys = [], []
    with open(FILE, newline="", encoding="utf-8") as lines:
        for row in list(csv.reader(lines))[1:]:
            if row[0] == part:
                xs.append([float(field) if field else math.nan for field in row[1:-1]])
#if classes
                ys.append(float(CLASSES.index(row[-1])))
#else
                ys.append((np.float32(row[-1]).astype(np.float64) - {{target_mean}}) / {{target_deviation}})
#end
    x = (np.array(xs, dtype=np.float32).astype(np.float64) - MEANS) / DEVIATIONS
    x = np.nan_to_num(x).astype(np.float32)
    return torch.from_numpy(x), torch.tensor(ys, dtype=torch.float32)


TRAIN, VALID = read("train"), read("valid")
#else

# The data, standardised by the training set's means and deviations: inputs and targets.


def rows(x, y):
    x = np.array(x, dtype=np.float32).reshape(-1, INPUTS)
    return torch.from_numpy(x), torch.tensor(y, dtype=torch.float32)


TRAIN = rows(
    {{train_x}},
    {{train_y}},
)
VALID = rows(
    {{valid_x}},
    {{valid_y}},
)
#end


class ChaCha8:
    """ChaCha with 8 rounds, seeded by one number: the generator of the page."""

    def __init__(self, seed, stream=0):
        self.key, self.stream, self.block, self.words = [], stream, 0, []
        for _ in range(8):
            seed = (seed * 0x5851F42D4C957F2D + 0xA17654E46FBE17F3) & (2**64 - 1)
            x, turn = ((seed >> 18 ^ seed) >> 27) & 0xFFFFFFFF, seed >> 59
            self.key.append((x >> turn | x << (32 - turn)) & 0xFFFFFFFF)

    def next(self):
        """The next 32 bits."""
        if not self.words:
            constants = [0x61707865, 0x3320646E, 0x79622D32, 0x6B206574]
            place = [self.block & 0xFFFFFFFF, self.block >> 32, self.stream & 0xFFFFFFFF, self.stream >> 32]
            start = constants + self.key + place
            s = list(start)
            for _ in range(4):
                for a, b, c, d in [(0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15),
                                   (0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14)]:
                    for x, y, z, turn in [(a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)]:
                        s[x] = (s[x] + s[y]) & 0xFFFFFFFF
                        mixed = s[z] ^ s[x]
                        s[z] = (mixed << turn | mixed >> (32 - turn)) & 0xFFFFFFFF
            self.words = [(x + y) & 0xFFFFFFFF for x, y in zip(s, start)][::-1]
            self.block += 1
        return self.words.pop()

    def unit(self):
        """A number in [0, 1) with 24 bits."""
        return (self.next() >> 8) / 16777216

    def normal(self):
        radius = math.sqrt(-2.0 * math.log(1.0 - self.unit()))
        return radius * math.cos(2.0 * math.pi * self.unit())


def batches(epoch, size):
    """The rows of each batch of an epoch, counted from 0."""
    rng, order = ChaCha8(SEED, epoch), list(range(len(TRAIN[0])))
    for i in range(len(order) - 1, 0, -1):
        j = rng.next() * (i + 1) >> 32
        order[i], order[j] = order[j], order[i]
    return [order[at : at + size] for at in range(0, len(order), size)]


#if start
# Initial weights and biases, layer by layer, weights input by input.
START = {{start}}


def initial(sizes, settings):
    return START
#else
# The initialisation that suits an activation.
SUITS = {{suits}}


def initial(sizes, settings):
    """Initial weights and biases, layer by layer, weights input by input."""
    rng, values = ChaCha8(SEED), []
    activations = settings["activations"]
    for layer, (inputs, outputs) in enumerate(zip(sizes, sizes[1:])):
        name = settings["init"]
        if name == "auto":
            own = activations[min(layer, len(activations) - 1)] if activations else "linear"
            name = SUITS[own]
        both = inputs + outputs
        normal, size = {
            "xavier-uniform": (False, math.sqrt(6 / both)),
            "xavier-normal": (True, math.sqrt(2 / both)),
            "he-uniform": (False, math.sqrt(6 / inputs)),
            "he-normal": (True, math.sqrt(2 / inputs)),
            "lecun-uniform": (False, math.sqrt(3 / inputs)),
            "lecun-normal": (True, math.sqrt(1 / inputs)),
            "uniform": (False, 0.05),
            "normal": (True, 0.05),
            "zeros": (False, 0.0),
        }[name]
        for _ in range(inputs * outputs):
            values.append(size * (rng.normal() if normal else 2.0 * rng.unit() - 1.0))
        values += [0.0] * outputs
    return values
#end
#if activation.sine


class Sine(nn.Module):
    def forward(self, z):
        return torch.sin(z)
#end


ACTIVATIONS = {
#if activation.tanh
    "tanh": nn.Tanh,
#end
#if activation.relu
    "relu": nn.ReLU,
#end
#if activation.sigmoid
    "sigmoid": nn.Sigmoid,
#end
#if activation.linear
    "linear": nn.Identity,
#end
#if activation.leaky-relu
    "leaky-relu": lambda: nn.LeakyReLU(0.01),
#end
#if activation.elu
    "elu": nn.ELU,
#end
#if activation.selu
    "selu": nn.SELU,
#end
#if activation.gelu
    "gelu": nn.GELU,
#end
#if activation.gelu-tanh
    "gelu-tanh": lambda: nn.GELU(approximate="tanh"),
#end
#if activation.silu
    "silu": nn.SiLU,
#end
#if activation.mish
    "mish": nn.Mish,
#end
#if activation.softplus
    "softplus": nn.Softplus,
#end
#if activation.sine
    "sine": Sine,
#end
}
#if dropout


def threefry(key, counter):
    """The first word of Threefry-2x32 with 20 rounds, for many counters."""
    mask = np.uint64(0xFFFFFFFF)
    keys = [np.uint64(k) for k in (key[0], key[1], 0x1BD11BDA ^ key[0] ^ key[1])]
    a, b = (np.uint64(counter[0]) + keys[0]) & mask, (counter[1] + keys[1]) & mask
    for round in range(20):
        turn = np.uint64([13, 15, 26, 6, 17, 29, 16, 24][round % 8])
        a = (a + b) & mask
        b = ((b << turn | b >> (np.uint64(32) - turn)) & mask) ^ a
        if round % 4 == 3:
            n = round // 4 + 1
            a, b = (a + keys[n % 3]) & mask, (b + keys[(n + 1) % 3] + np.uint64(n)) & mask
    return a


class Dropout(nn.Module):
    """Leaves out the same units of the same rows as the page does."""

    def __init__(self, chance, before, hidden):
        super().__init__()
        self.chance, self.before, self.hidden, self.update = chance, before, hidden, 0

    def forward(self, a):
        if not self.training or self.chance == 0:
            return a
        place = np.arange(a.shape[0], dtype=np.uint64)[:, None] * np.uint64(self.hidden)
        place = place + np.arange(self.before, self.before + a.shape[1], dtype=np.uint64)[None, :]
        word = threefry((SEED & 0xFFFFFFFF, SEED >> 32), (self.update, place))
        kept = (word >> np.uint64(8)).astype(np.float64) / 16777216 >= np.float32(self.chance)
        return a * torch.from_numpy(kept.astype(np.float32)) / (1 - self.chance)
#end


def network(settings):
    """The network with its initial weights."""
    hidden, modules = settings["hidden"], []
    sizes = [INPUTS, *hidden, OUTPUTS]
    for layer, units in enumerate(hidden):
        modules += [nn.Linear(sizes[layer], units), ACTIVATIONS[settings["activations"][layer]]()]
#if dropout
        modules.append(Dropout(settings["dropout"], sum(hidden[:layer]), sum(hidden)))
#end
    modules.append(nn.Linear(sizes[-2], OUTPUTS))
    net, at, values = nn.Sequential(*modules), 0, initial(sizes, settings)
    values = torch.tensor(values, dtype=torch.float32)
    with torch.no_grad():
        for linear in (m for m in net if isinstance(m, nn.Linear)):
            size = linear.in_features * linear.out_features
            linear.weight.copy_(values[at : at + size].reshape(linear.in_features, -1).T)
            linear.bias.copy_(values[at + size : at + size + linear.out_features])
            at += size + linear.out_features
    return net


def loss_of(z, y, smoothing=0.0):
    """The loss that is trained with: the mean over rows."""
#if loss.binary-cross-entropy
    y = (1 - smoothing) * y + smoothing / 2
    return nn.functional.binary_cross_entropy_with_logits(z[:, 0], y)
#end
#if loss.softmax-cross-entropy
    return nn.functional.cross_entropy(z, y.long(), label_smoothing=smoothing)
#end
#if loss.kl-divergence
    y = (1 - smoothing) * nn.functional.one_hot(y.long(), OUTPUTS) + smoothing / OUTPUTS
    return (torch.special.xlogy(y, y) - y * torch.log_softmax(z, 1)).sum(1).mean()
#end
#if loss.squared-error
    return nn.functional.mse_loss(z[:, 0], y)
#end
#if loss.absolute-error
    return nn.functional.l1_loss(z[:, 0], y)
#end
#if loss.huber
    return nn.functional.huber_loss(z[:, 0], y, delta={{delta}})
#end
#if loss.hinge
    return torch.relu(1 - (2 * y - 1) * z[:, 0]).mean()
#end
#if loss.multiclass-hinge
    own = z.gather(1, y.long()[:, None])[:, 0]
    others = z.masked_fill(nn.functional.one_hot(y.long(), OUTPUTS).bool(), -math.inf)
    return torch.relu(1 + others.max(1).values - own).mean()
#end
#if rule.averaged-momentum


class AveragedMomentum(torch.optim.Optimizer):
    """v = momentum * v + (1 - momentum) * g, w = w - lr * v: no optimizer of PyTorch's."""

    def __init__(self, parameters, lr, momentum):
        super().__init__(parameters, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                v = self.state[p].setdefault("v", torch.zeros_like(p))
                v.mul_(group["momentum"]).add_(p.grad, alpha=1 - group["momentum"])
                p.sub_(v, alpha=group["lr"])
#end
#if rule.lion


class Lion(torch.optim.Optimizer):
    """Chen and others 2023: no optimizer of PyTorch's."""

    def __init__(self, parameters, lr, betas):
        super().__init__(parameters, {"lr": lr, "betas": betas})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            one, two = group["betas"]
            for p in group["params"]:
                m = self.state[p].setdefault("m", torch.zeros_like(p))
                p.sub_(torch.sign(one * m + (1 - one) * p.grad), alpha=group["lr"])
                m.mul_(two).add_(p.grad, alpha=1 - two)
#end


def optimizer_of(net, s):
    parameters, lr, momentum = net.parameters(), s["learning_rate"], s["momentum"]
#if rule.sgd
    if s["rule"] == "sgd":
        return torch.optim.SGD(parameters, lr=lr)
#end
#if rule.momentum
    if s["rule"] == "momentum":
        return torch.optim.SGD(parameters, lr=lr, momentum=momentum, dampening=s["dampening"])
#end
#if rule.nesterov
    if s["rule"] == "nesterov":
        # Without momentum the two are the same, and PyTorch refuses the word.
        return torch.optim.SGD(parameters, lr=lr, momentum=momentum, nesterov=momentum > 0)
#end
#if rule.averaged-momentum
    if s["rule"] == "averaged-momentum":
        return AveragedMomentum(parameters, lr, momentum)
#end
#if rule.adagrad
    if s["rule"] == "adagrad":
        start = s["initial_accumulator"]
        return torch.optim.Adagrad(parameters, lr=lr, initial_accumulator_value=start, eps=s["epsilon"])
#end
#if rule.rms-prop
    if s["rule"] == "rms-prop":
        return torch.optim.RMSprop(parameters, lr=lr, alpha=s["beta2"], eps=s["epsilon"], momentum=momentum)
#end
#if rule.centred-rms-prop
    if s["rule"] == "centred-rms-prop":
        return torch.optim.RMSprop(
            parameters, lr=lr, alpha=s["beta2"], eps=s["epsilon"], momentum=momentum, centered=True
        )
#end
#if rule.adadelta
    if s["rule"] == "adadelta":
        return torch.optim.Adadelta(parameters, lr=lr, rho=s["beta2"], eps=s["epsilon"])
#end
#if rule.adam rule.adamw
    if s["rule"] in ("adam", "adamw"):  # the decay of AdamW is below, with the other penalties
        return torch.optim.Adam(parameters, lr=lr, betas=(momentum, s["beta2"]), eps=s["epsilon"])
#end
#if rule.nadam
    if s["rule"] == "nadam":
        return torch.optim.NAdam(
            parameters, lr=lr, betas=(momentum, s["beta2"]), eps=s["epsilon"], momentum_decay=s["momentum_decay"]
        )
#end
#if rule.lion
    if s["rule"] == "lion":
        return Lion(parameters, lr, (momentum, s["beta2"]))
#end
    raise ValueError(s["rule"])


def rate_at(update, per_epoch, s):
    """The learning rate of an update, counted from 0."""
    lr = s["learning_rate"]
#if schedules
    steps = EPOCHS * per_epoch

    def fall(share):
        return (1 + math.cos(math.pi * share)) / 2

    if s["schedule"] == "inverse-time":
        return lr / (1 + s["rate_decay"] * update)
    if s["schedule"] == "step":
        return lr * s["gamma"] ** (update // max(s["every"] * per_epoch, 1))
    if s["schedule"] == "exponential":
        return lr * s["gamma"] ** (update / per_epoch)
    if s["schedule"] == "cosine":
        c = fall(min(update / max(steps, 1), 1))
        return lr * c + s["lowest"] * (1 - c)
    if s["schedule"] == "warmup-cosine":
        warmup = s["warmup"] * per_epoch
        if update < warmup:
            return lr * (update + 1) / warmup
        c = fall(min((update - warmup) / max(steps - warmup, 1), 1))
        return lr * c + s["lowest"] * (1 - c)
    if s["schedule"] == "one-cycle":
        end, top, at = steps - 1, s["rise"] * steps - 1, min(update, steps - 1)
        if at <= top:
            return lr * (1 + (1 / s["div"] - 1) * fall(at / top if top > 0 else 1))
        last = 1 / (s["div"] * s["final_div"])
        return lr * (last + (1 - last) * fall((at - top) / (end - top) if end > top else 1))
#end
    return lr


def train(s, report=None):
    """Losses on the training and the validation set after each epoch, the state before training
    first; shorter where training diverged or stopped early."""
    net = network(s)
    optimizer = optimizer_of(net, s)
#if penalties
    penalised = [p for p in net.parameters() if s["penalise_biases"] or p.dim() > 1]
#end

    def losses():
        net.eval()
        with torch.no_grad():
            return tuple(float(loss_of(net(x), y)) for x, y in (TRAIN, VALID))

    history, update, factor = [losses()], 0, 1.0
    best, best_epoch, plateau, waited = math.inf, 0, math.inf, 0
    for epoch in range(EPOCHS):
        net.train()
        lists = batches(epoch, s["batch"])
        for batch in lists:
            rate = rate_at(update, len(lists), s)
            if factor < 1:
                rate = max(rate * factor, s["lowest"])
            for group in optimizer.param_groups:
                group["lr"] = rate
#if dropout
            for module in net:
                if isinstance(module, Dropout):
                    module.update = update
#end
            optimizer.zero_grad()
            loss_of(net(TRAIN[0][batch]), TRAIN[1][batch], s["label_smoothing"]).backward()
#if l1 clip_value clip_norm decays
            with torch.no_grad():
#end
#if l1
                for p in penalised:
                    p.grad += s["l1"] * torch.sign(p)
#end
#if clip_value
                if s["clip_value"] > 0:
                    nn.utils.clip_grad_value_(net.parameters(), s["clip_value"])
#end
#if clip_norm
                if s["clip_norm"] > 0:
                    nn.utils.clip_grad_norm_(net.parameters(), s["clip_norm"])
#end
#if decays
                for p in penalised:
                    p.grad += s["l2"] * p  # weight_decay of SGD and Adam
                    p -= rate * s["decay"] * p  # weight_decay of AdamW
#end
            optimizer.step()
            update += 1
        history.append(losses())
        train_loss, valid_loss = history[-1]
        if not (train_loss <= {{bound}} and math.isfinite(valid_loss)):
            history.pop()
            return history, True
        if report:
            report(epoch + 1, valid_loss)
#if plateau
        if s["schedule"] == "plateau":
            if valid_loss < plateau * (1 - s["threshold"]):
                plateau, waited = valid_loss, 0
            else:
                waited += 1
            if waited > s["patience"]:
                factor, waited = factor * s["factor"], 0
#end
#if stops
        if valid_loss < best:
            best, best_epoch = valid_loss, epoch + 1
        elif epoch + 1 - best_epoch >= {{stop_after}}:
            break
#end
    return history, False
